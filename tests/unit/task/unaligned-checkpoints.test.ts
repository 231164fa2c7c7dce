/**
 * Goal: a task takes an unaligned checkpoint with the first barrier that comes, whatever waits before it and whether or not there is room; what
 * was under way goes into its file; an aligned one waits, and becomes unaligned after its timeout; what was under way comes first after a restore.
 * Method: real SlotRunner and Task over a fake slot, mail by mail. The order of events is compared, never a time.
 */
import {describe, expect, it} from 'vitest'
import type {Batch} from '../../../src/columns/index.js'
import type {CheckpointBarrier, CheckpointOptions} from '../../../src/core/index.js'
import type {Operator, OperatorContext, OperatorSnapshot, Output} from '../../../src/operators/index.js'
import {decodeInFlight} from '../../../src/shuffle/in-flight-file.js'
import {SlotRunner} from '../../../src/task/index.js'
import {deploymentOf, FakeSlot} from '../../support/fake-slot.js'
import {ManualTimers} from '../../support/manual-timers.js'

const objects = (...values: unknown[]): Batch => ({kind: 'objects', rowCount: values.length, values})
const batchOn = (channel: number, ...values: unknown[]) =>
  ({kind: 'batch', channel, batch: objects(...values), byteLength: 1}) as const
const barrierOf = (options: Partial<CheckpointOptions>): CheckpointBarrier => ({
  kind: 'checkpointBarrier',
  checkpointId: 1,
  timestampMs: 0,
  options: {type: 'checkpoint', alignment: 'aligned', directory: '/chk', ...options},
})
const UNALIGNED = barrierOf({alignment: 'unaligned'})
const turns = async (count = 8) => {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve))
}

/** Sums what comes; what it emits waits for room, one number at a time, as that of a function with many results does. */
class Summer implements Operator {
  private output!: Output
  private sum = 0
  private readonly waiting: number[] = []
  open(_context: OperatorContext, output: Output): void {
    this.output = output
  }
  processBatch(batch: Batch): void {
    if (batch.kind === 'objects') for (const value of batch.values) this.waiting.push((this.sum += Number(value)))
  }
  drain(): boolean {
    while (this.waiting.length > 0 && this.output.hasRoom()) this.output.emit(objects(this.waiting.shift()))
    return this.waiting.length === 0
  }
  snapshotState(): OperatorSnapshot {
    const elements = [new TextEncoder().encode(String(this.sum))]
    return {lists: [{name: 'sum', distribution: 'split', elements}]}
  }
  finish(): boolean {
    return true
  }
  close(): void {}
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

/** What the one file of in-flight data holds, by channel. */
function inFlight(slot: FakeSlot): Record<string, string[]> {
  const files = [...slot.stateFiles.files.values()]
  const channels = files.flatMap((file) => [...decodeInFlight(file)])
  return Object.fromEntries(channels.map(([key, items]) => [key, items.map(({bytes}) => text(bytes))]))
}

function start(timers?: ManualTimers) {
  const slot = new FakeSlot({summer: () => new Summer()})
  const runner = new SlotRunner({...slot.parts(), ...(timers === undefined ? {} : {timers})})
  const deployment = deploymentOf(['summer'], {channels: 2})
  runner.deploy([deployment])
  const [partition] = slot.partitions
  const [gate] = slot.gates
  const go = () => {
    slot.contexts[1].wake()
    return turns()
  }
  return {slot, runner, deployment, partition, gate, go}
}

describe('unaligned checkpoints', () => {
  it('an aligned one waits behind a slow consumer, an unaligned one does not', async () => {
    for (const barrier of [barrierOf({}), UNALIGNED]) {
      const {slot, partition, gate, go} = start()
      gate.queue.push(batchOn(0, 1))
      await go()
      // The consumer takes nothing any more; a record waits in the operator, and the barrier of one channel behind another record.
      partition.room = false
      partition.waiting.push({kind: 'chunk', flags: 3, bytes: Buffer.from('queued')})
      gate.queue.push(batchOn(0, 10))
      partition.room = true
      partition.emit = function (batch) {
        this.got.push(...(batch.kind === 'objects' ? [[...batch.values]] : []))
        this.room = false
      }
      await go()
      gate.queue.push(batchOn(0, 100))
      if (barrier === UNALIGNED) gate.announcements.push({channel: 0, barrier})
      gate.queue.push({kind: 'control', channel: 0, element: barrier})
      await go()
      if (barrier !== UNALIGNED) {
        expect(partition.got).toEqual([[1], [11]])
        expect(slot.reports).toEqual([])
        continue
      }
      expect(partition.got).toEqual([[1], [11], 'barrier 1 first'])
      // Not acknowledged yet: channel 1 has not said where its barrier is, and what is read of it is captured.
      expect(gate.captures).toEqual(['capture 1', 'ahead of 1 in 0'])
      gate.takers.get(1)!({kind: 'chunk', flags: 3, bytes: Buffer.from('read since')})
      expect(slot.reports).toEqual([])
      gate.announcements.push({channel: 1, barrier})
      await go()
      expect(gate.captures).toEqual(['capture 1', 'ahead of 1 in 0', 'ahead of 1 in 1'])
      await go()
      expect(slot.reports).toMatchObject([
        {
          kind: 'acknowledgeCheckpoint',
          checkpointId: 1,
          snapshot: {
            operators: [{lists: [{name: 'sum', elements: [new TextEncoder().encode('11')]}]}],
            inFlight: {
              format: 'in-flight 1',
              channels: [
                {side: 'output', exchange: 0, peer: 0, sizeBytes: 6},
                {side: 'input', exchange: 0, peer: 0, sizeBytes: 10},
                {side: 'input', exchange: 0, peer: 1, sizeBytes: 20},
              ],
            },
          },
          metrics: {isUnaligned: true, persistedInFlightBytes: 36},
        },
      ])
      expect(inFlight(slot)).toEqual({
        'output 0 0': ['queued'],
        'input 0 0': ['ahead in 0'],
        'input 0 1': ['read since', 'ahead in 1'],
      })
    }
  })

  it('what an operator still has to say does not keep it waiting for room', async () => {
    const {slot, partition, gate, go} = start()
    partition.room = false
    gate.queue.push(batchOn(0, 1))
    partition.room = true
    const {emit} = partition
    partition.emit = (batch) => {
      emit.call(partition, batch)
      partition.room = false
    }
    gate.queue[0] = batchOn(0, 1, 2, 3)
    await go()
    expect(partition.got).toEqual([[1]])
    gate.announcements.push({channel: 0, barrier: UNALIGNED}, {channel: 1, barrier: UNALIGNED})
    await go()
    expect(partition.got).toEqual([[1], [3], [6], 'barrier 1 first'])
    expect(partition.overdraft).toBe(0)
    expect(slot.reports).toMatchObject([{kind: 'acknowledgeCheckpoint'}])
  })

  it('with a timeout: aligned until it has passed, then unaligned', async () => {
    const timers = new ManualTimers()
    const {slot, partition, gate, go} = start(timers)
    const barrier = barrierOf({alignedTimeoutMs: 50})
    gate.queue.push(batchOn(0, 1), {kind: 'control', channel: 0, element: barrier}, batchOn(0, 100))
    await go()
    expect(partition.got).toEqual([[1]])
    timers.advance(50)
    await go()
    // It goes on as an unaligned one, and what was held back is read.
    expect(partition.got).toEqual([[1], 'barrier 1 first', [101]])
    expect(gate.captures).toEqual(['capture 1'])
    gate.queue.push({kind: 'control', channel: 1, element: barrier})
    await go()
    await go()
    expect(slot.reports).toMatchObject([{kind: 'acknowledgeCheckpoint', metrics: {isUnaligned: true}}])
  })

  it('with a timeout: a barrier that waits in the output overtakes it when the timeout has passed, and only then is it acknowledged', async () => {
    const timers = new ManualTimers()
    const {slot, partition, gate, go} = start(timers)
    const barrier = barrierOf({alignedTimeoutMs: 50})
    partition.waiting.push({kind: 'chunk', flags: 3, bytes: Buffer.from('queued')})
    partition.heldBarrier = 1
    for (const channel of [0, 1]) gate.queue.push({kind: 'control', channel, element: barrier})
    await go()
    await go()
    expect(partition.got).toEqual(['barrier 1'])
    expect(slot.reports).toEqual([])
    timers.advance(50)
    await go()
    await go()
    expect(partition.got).toEqual(['barrier 1', 'barrier 1 first'])
    expect(slot.reports).toMatchObject([
      {kind: 'acknowledgeCheckpoint', metrics: {isUnaligned: true, persistedInFlightBytes: 6}},
    ])
    expect(inFlight(slot)).toEqual({'output 0 0': ['queued']})
  })

  it('given up: nothing more is captured, and the file goes', async () => {
    const {slot, runner, deployment, partition, gate, go} = start()
    partition.waiting.push({kind: 'chunk', flags: 3, bytes: Buffer.from('queued')})
    gate.announcements.push({channel: 0, barrier: UNALIGNED})
    await go()
    runner.checkpointAborted(deployment.attemptId, 1)
    await go()
    expect(gate.captures.at(-1)).toBe('end 1')
    expect(slot.reports).toEqual([])
    expect(slot.stateFiles.files.size).toBe(0)
  })

  it('what was under way comes before all other input, and a barrier waits for it', async () => {
    const slot = new FakeSlot({summer: () => new Summer()})
    const runner = new SlotRunner(slot.parts())
    const inFlightChannels = [{gate: 0, producerSubtask: 1, parts: []}]
    slot.replayed.push({gate: 0, element: batchOn(1, 5)}, {gate: 0, element: batchOn(1, 6)})
    runner.deploy([
      {
        ...deploymentOf(['summer'], {channels: 2}),
        restore: {checkpointId: 1, operators: [], inFlight: inFlightChannels},
      },
    ])
    slot.gates[0].announcements.push({channel: 0, barrier: {...UNALIGNED, checkpointId: 2}})
    slot.gates[0].queue.push(batchOn(0, 100))
    slot.contexts[1].wake()
    await turns(20)
    expect(slot.replaysAsked).toEqual([inFlightChannels])
    expect(slot.partitions[0].got).toEqual([[5], [11], 'barrier 2 first', [111]])
  })
})
