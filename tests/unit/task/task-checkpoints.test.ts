/**
 * Goal: a task takes a checkpoint at the right moment (all barriers in, nothing drains, what must go first has gone), writes it while the
 * stream goes on, tells the JobMaster how it went, and ends as checkpoints want it to.
 * Method: real SlotRunner and Task over a fake slot, mail by mail; whole outputs and reports are compared. Turns of the event loop are
 * awaited, never time.
 */
import {describe, expect, it} from 'vitest'
import type {Batch} from '../../../src/columns/index.js'
import type {CheckpointBarrier, CheckpointOptions, OperatorListState, Split} from '../../../src/core/index.js'
import {operatorId} from '../../../src/core/index.js'
import type {
  KeyedSnapshot,
  Operator,
  OperatorContext,
  OperatorSnapshot,
  Output,
  SourceOperator,
} from '../../../src/operators/index.js'
import {SlotRunner} from '../../../src/task/index.js'
import {deploymentOf, FakeSlot} from '../../support/fake-slot.js'

const objects = (...values: unknown[]): Batch => ({kind: 'objects', rowCount: values.length, values})
const batchOn = (channel: number, ...values: unknown[]) =>
  ({kind: 'batch', channel, batch: objects(...values), byteLength: 1}) as const
const endOf = (channel: number) => ({kind: 'endOfChannel', channel}) as const
const barrier = (checkpointId: number, options: Partial<CheckpointOptions> = {}): CheckpointBarrier => ({
  kind: 'checkpointBarrier',
  checkpointId,
  timestampMs: 0,
  options: {type: 'checkpoint', alignment: 'aligned', directory: '/chk', ...options},
})
const barrierOn = (channel: number, id: number) => ({kind: 'control', channel, element: barrier(id)}) as const
const turns = async (count = 8) => {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve))
}
const text = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))
const listOf = (...values: unknown[]): OperatorListState => ({
  name: 'seen',
  distribution: 'split',
  elements: values.map(text),
})

/** Sums what comes and says so in its snapshot, as a list and as a file of three pieces; notes what it is told. */
class Summer implements Operator {
  protected output!: Output
  protected sum = 0
  readonly told: string[] = []
  restored: unknown
  open(context: OperatorContext, output: Output): void {
    this.output = output
    const [element] = context.restored?.lists[0]?.elements ?? []
    if (element !== undefined) this.sum = JSON.parse(new TextDecoder().decode(element)) as number
    const [file] = context.restored?.keyed[0]?.files ?? []
    if (file !== undefined) this.restored = new TextDecoder().decode(context.readStateFile?.(file))
  }
  processBatch(batch: Batch): void {
    if (batch.kind === 'objects') for (const value of batch.values) this.sum += Number(value)
    this.output.emit(objects(this.sum))
  }
  snapshotState(): OperatorSnapshot {
    return {lists: [listOf(this.sum)], keyed: this.keyed()}
  }
  protected keyed(): KeyedSnapshot {
    const {sum, told} = this
    return {
      keyGroupStart: 0,
      keyGroupEndInclusive: 127,
      format: 'sums 1',
      previous: [],
      pieces: (function* () {
        for (const part of ['sum ', 'is ', `${sum}`]) yield new TextEncoder().encode(part)
      })(),
      written: ({files}) => told.push(`written ${files.length}`),
      abandon: () => told.push('abandoned'),
    }
  }
  checkpointCompleted(id: number): void {
    this.told.push(`completed ${id}`)
  }
  checkpointAborted(id: number): void {
    this.told.push(`aborted ${id}`)
  }
  finish(): boolean {
    return true
  }
  close(): void {}
}

/** Keeps rows back until a barrier or the end, and gives them one at a time as there is room. */
class Gatherer implements Operator {
  private output!: Output
  private readonly rows: unknown[] = []
  open(_context: OperatorContext, output: Output): void {
    this.output = output
  }
  processBatch(batch: Batch): void {
    if (batch.kind === 'objects') this.rows.push(...batch.values)
  }
  prepareSnapshot(): boolean {
    return this.finish()
  }
  finish(): boolean {
    while (this.rows.length > 0 && this.output.hasRoom()) this.output.emit(objects(this.rows.shift()))
    return this.rows.length === 0
  }
  close(): void {}
}

/** Counts up, a number a poll, until told to end; its splits say where to begin. */
class Counter implements SourceOperator {
  private output!: Output
  readonly splits: Split[] = []
  next = 1
  end = false
  open(_context: OperatorContext, output: Output): void {
    this.output = output
  }
  addSplit(split: Split): void {
    this.splits.push(split)
  }
  noMoreSplits(): void {
    this.end = true
  }
  wantsSplit(): boolean {
    return false
  }
  poll(): 'more' | 'wait' | 'end' {
    if (this.end) return 'end'
    this.output.emit(objects(this.next++))
    return 'wait'
  }
  snapshotState(): OperatorSnapshot {
    return {lists: [listOf(this.next, ...this.splits.map(({splitId}) => splitId))]}
  }
  close(): void {}
}

const CHECKPOINTED = {ownedFolder: '/owned'}

describe('a task and its checkpoints', () => {
  it('aligns its channels, snapshots, sends the barrier on, writes and acknowledges', async () => {
    const summer = new Summer()
    const slot = new FakeSlot({summer: () => summer})
    const runner = new SlotRunner(slot.parts())
    const deployment = deploymentOf(['summer'], {channels: 2})
    runner.deploy([deployment])
    slot.gates[0].queue.push(batchOn(0, 1), barrierOn(0, 1), batchOn(0, 100), batchOn(1, 2))
    slot.contexts[1].wake()
    await turns()
    // What came behind the barrier of the first channel waits.
    expect(slot.partitions[0].got).toEqual([[1], [3]])
    slot.gates[0].queue.push(barrierOn(1, 1), batchOn(1, 1000))
    slot.contexts[1].wake()
    await turns()
    expect(slot.partitions[0].got).toEqual([[1], [3], 'barrier 1', [103], [1103]])
    const file = {path: '/chk/0', sizeBytes: 8, crc32: expect.any(Number) as number}
    const keyed = {keyGroupStart: 0, keyGroupEndInclusive: 127, format: 'sums 1', files: [file]}
    expect(slot.reports).toEqual([
      {
        kind: 'acknowledgeCheckpoint',
        attemptId: deployment.attemptId,
        checkpointId: 1,
        snapshot: {operators: [{operatorId: operatorId('summer'), keyed, lists: [listOf(3)]}]},
        metrics: {
          alignmentMs: 0,
          startDelayMs: 0,
          syncMs: expect.any(Number) as number,
          asyncMs: 0,
          longestPieceMs: expect.any(Number) as number,
          checkpointedBytes: 8,
          stateBytes: 9,
          isUnaligned: false,
          persistedInFlightBytes: 0,
        },
      },
    ])
    expect(new TextDecoder().decode(slot.stateFiles.files.get('/chk/0'))).toBe('sum is 3')
    runner.checkpointCompleted(deployment.attemptId, 1)
    await turns()
    expect(summer.told).toEqual(['written 1', 'completed 1'])
  })

  it('lets what was gathered go first, as room allows, and takes no input meanwhile', async () => {
    const slot = new FakeSlot({gatherer: () => new Gatherer(), summer: () => new Summer()})
    const runner = new SlotRunner(slot.parts())
    runner.deploy([deploymentOf(['gatherer', 'summer'], {channels: 1})])
    const [partition] = slot.partitions
    const {emit} = partition
    partition.emit = (batch) => {
      emit.call(partition, batch)
      partition.room = false
    }
    slot.gates[0].queue.push(batchOn(0, 1, 2), barrierOn(0, 1), batchOn(0, 10), endOf(0))
    for (const expected of [[[1]], [[1], [3]]]) {
      slot.contexts[0].wake()
      await turns()
      expect(partition.got.filter((one) => one !== 'barrier 1')).toEqual(expected)
      partition.room = true
    }
    slot.contexts[0].wake()
    await turns()
    expect(partition.got.slice(0, 4)).toEqual([[1], [3], 'barrier 1', [13]])
    expect(slot.reports).toMatchObject([{snapshot: {operators: [{lists: [listOf(3)]}]}}])
  })

  it('a source: the trigger goes between two batches, and splits that came behind it belong to the next checkpoint', async () => {
    const source = new Counter()
    const slot = new FakeSlot({source: () => source, gatherer: () => new Gatherer()})
    const runner = new SlotRunner(slot.parts())
    const deployment = {...deploymentOf(['source', 'gatherer']), noMoreSplits: false}
    runner.deploy([deployment])
    await turns()
    slot.partitions[0].room = false
    runner.triggerCheckpoint(deployment.attemptId, barrier(1))
    runner.assignSplits(deployment.attemptId, [{kind: 'stdin', splitId: 7}], false)
    await turns()
    expect(slot.reports).toEqual([])
    expect(source.splits).toEqual([])
    slot.partitions[0].room = true
    slot.contexts[0].wake()
    await turns()
    expect(slot.partitions[0].got.slice(0, 2)).toEqual([[1], 'barrier 1'])
    expect(slot.reports).toMatchObject([{snapshot: {operators: [{lists: [listOf(2)]}]}}])
    expect(source.splits).toHaveLength(1)
  })

  it('declines when a file cannot be written, and goes on', async () => {
    const summer = new Summer()
    const slot = new FakeSlot({summer: () => summer})
    slot.stateFiles.error = new Error('no space')
    const runner = new SlotRunner(slot.parts())
    runner.deploy([deploymentOf(['summer'], {channels: 1})])
    slot.gates[0].queue.push(batchOn(0, 1), barrierOn(0, 1), batchOn(0, 1))
    slot.contexts[1].wake()
    await turns()
    expect(slot.reports).toMatchObject([{kind: 'declineCheckpoint', checkpointId: 1, error: {message: 'no space'}}])
    expect(summer.told).toEqual(['abandoned', 'aborted 1'])
    expect(slot.partitions[0].got).toEqual([[1], 'barrier 1', [2]])
  })

  it('an abort releases the channels, and stops the writing', async () => {
    const summer = new Summer()
    const slot = new FakeSlot({summer: () => summer})
    const runner = new SlotRunner(slot.parts())
    const deployment = deploymentOf(['summer'], {channels: 2})
    runner.deploy([deployment])
    slot.gates[0].queue.push(barrierOn(0, 1), batchOn(0, 1))
    slot.contexts[1].wake()
    await turns()
    expect(slot.partitions[0].got).toEqual([])
    runner.checkpointAborted(deployment.attemptId, 1)
    await turns()
    expect(slot.partitions[0].got).toEqual([[1]])
    slot.stateFiles.holdBack()
    slot.gates[0].queue.push(barrierOn(1, 1), barrierOn(0, 2), barrierOn(1, 2))
    slot.contexts[1].wake()
    await turns()
    runner.checkpointAborted(deployment.attemptId, 2)
    slot.stateFiles.complete()
    await turns()
    expect(slot.reports).toEqual([])
    expect(slot.stateFiles.abandoned).toBe(1)
    expect(summer.told).toEqual(['aborted 1', 'abandoned', 'aborted 2'])
    expect(slot.partitions[0].got).toEqual([[1], 'barrier 2'])
  })

  it('declines rather than stand still when its head wants the channel that is held', async () => {
    class InOrder extends Summer {
      selectChannel(): number {
        return 0
      }
    }
    const slot = new FakeSlot({inOrder: () => new InOrder()})
    const runner = new SlotRunner(slot.parts())
    runner.deploy([deploymentOf(['inOrder'], {channels: 2})])
    slot.gates[0].queue.push(barrierOn(0, 1), batchOn(0, 1), batchOn(1, 2))
    slot.contexts[1].wake()
    await turns()
    expect(slot.partitions[0].got).toEqual([[1]])
    expect(slot.reports).toMatchObject([{kind: 'declineCheckpoint', error: {code: 'FTS_CHECKPOINT_NOT_NOW'}}])
  })

  it('writes the last snapshot to its end before it is FINISHED', async () => {
    const slot = new FakeSlot({summer: () => new Summer()})
    slot.stateFiles.holdBack()
    const runner = new SlotRunner(slot.parts())
    runner.deploy([deploymentOf(['summer'], {channels: 1})])
    slot.gates[0].queue.push(batchOn(0, 1), barrierOn(0, 1), endOf(0))
    slot.contexts[1].wake()
    await turns()
    expect(slot.partitions[0].finished).toBe(false)
    slot.stateFiles.complete()
    await turns()
    expect(slot.reports).toHaveLength(1)
    expect(slot.events.at(-1)).toMatchObject({state: 'FINISHED'})
  })

  it('a task whose results are prepared waits for a checkpoint, which it takes when its input has ended', async () => {
    class Sink extends Summer {
      private committed = false
      awaitsCheckpoint(): boolean {
        return !this.committed
      }
      override checkpointCompleted(): void {
        this.committed = true
      }
    }
    for (const settings of [CHECKPOINTED, {}]) {
      const slot = new FakeSlot({sink: () => new Sink()})
      const runner = new SlotRunner(slot.parts())
      const deployment = {...deploymentOf(['sink'], {channels: 1}), ...settings}
      runner.deploy([deployment])
      runner.triggerCheckpoint(deployment.attemptId, barrier(4))
      await turns()
      // Its producers have finished, says the JobMaster; what they sent last is still to be read.
      expect(slot.reports).toEqual([])
      slot.gates[0].queue.push(batchOn(0, 5), endOf(0))
      slot.contexts[1].wake()
      await turns()
      const reports = slot.reports.map(({kind}) => kind)
      if (settings !== CHECKPOINTED) {
        expect(reports).toEqual(['acknowledgeCheckpoint'])
        expect(slot.events.at(-1)).toMatchObject({state: 'FINISHED'})
        continue
      }
      expect(reports).toEqual(['taskAwaitsCheckpoint', 'acknowledgeCheckpoint'])
      expect(slot.reports[1]).toMatchObject({snapshot: {operators: [{lists: [listOf(5)]}]}})
      expect(slot.events.at(-1)).toMatchObject({state: 'RUNNING'})
      runner.checkpointCompleted(deployment.attemptId, 4)
      await turns()
      expect(slot.events.at(-1)).toMatchObject({state: 'FINISHED'})
    }
  })

  it('stops with a savepoint: no input behind the barrier, and no last results unless it drains', async () => {
    for (const thenStop of ['suspend', 'drain'] as const) {
      const source = new Counter()
      const gatherer = new Gatherer()
      const slot = new FakeSlot({source: () => source, summer: () => new Summer(), gatherer: () => gatherer})
      const runner = new SlotRunner(slot.parts())
      const deployment = {...deploymentOf(['source', 'summer']), noMoreSplits: false}
      runner.deploy([deployment])
      await turns()
      runner.triggerCheckpoint(deployment.attemptId, barrier(1, {type: 'savepoint', thenStop}))
      for (let i = 0; i < 3; i++) {
        await turns()
        slot.contexts[0].wake()
      }
      const watermark = thenStop === 'drain' ? ['watermark'] : []
      expect(slot.partitions[0].got).toEqual([[1], ...watermark, 'barrier 1'])
      expect(slot.events.at(-1)).toMatchObject({state: 'RUNNING'})
      runner.checkpointCompleted(deployment.attemptId, 1)
      await turns()
      expect(slot.partitions[0].got).toEqual([[1], ...watermark, 'barrier 1'])
      expect(slot.partitions[0].finished).toBe(true)
      expect(slot.events.at(-1)).toMatchObject({state: 'FINISHED'})
    }
  })

  it('goes on where a savepoint that was to end the job is aborted', async () => {
    const slot = new FakeSlot({source: () => new Counter()})
    const runner = new SlotRunner(slot.parts())
    const deployment = {...deploymentOf(['source']), noMoreSplits: false}
    runner.deploy([deployment])
    await turns()
    runner.triggerCheckpoint(deployment.attemptId, barrier(1, {thenStop: 'suspend'}))
    await turns()
    runner.checkpointAborted(deployment.attemptId, 1)
    await turns()
    expect(slot.partitions[0].got).toEqual([[1], 'barrier 1', [2]])
  })

  it('restores: operators get their lists and files', async () => {
    const summer = new Summer()
    const slot = new FakeSlot({summer: () => summer})
    const file = {path: '/chk/7', sizeBytes: 3, crc32: 0}
    slot.stateFiles.files.set('/chk/7', new TextEncoder().encode('old'))
    const runner = new SlotRunner(slot.parts())
    const keyed = [{keyGroupStart: 0, keyGroupEndInclusive: 127, format: 'sums 1', files: [file]}]
    const operators = [{operatorId: operatorId('summer'), keyed, lists: [listOf(40)]}]
    runner.deploy([{...deploymentOf(['summer'], {channels: 1}), restore: {checkpointId: 3, operators}}])
    slot.gates[0].queue.push(batchOn(0, 2))
    slot.contexts[1].wake()
    await turns()
    expect(slot.partitions[0].got).toEqual([[42]])
    expect(summer.restored).toBe('old')
  })

  it('a subtask that had finished runs no operator and ends with its producers', async () => {
    const slot = new FakeSlot({summer: () => new Summer()})
    const runner = new SlotRunner(slot.parts())
    const restore = {checkpointId: 3, operators: [], finished: true} as const
    runner.deploy([{...deploymentOf(['summer'], {channels: 1}), restore}])
    await turns()
    expect(slot.events.at(-1)).toMatchObject({state: 'RUNNING'})
    slot.gates[0].queue.push(endOf(0))
    slot.contexts[1].wake()
    await turns()
    expect(slot.partitions[0]).toMatchObject({got: ['watermark'], finished: true})
    expect(slot.events.at(-1)).toMatchObject({state: 'FINISHED'})
  })
})
