/**
 * Goal: a slot runs its tasks to the right end: input in order, one batch a step, backpressure, cancellation, failure.
 * Method: real SlotRunner and Task over a fake slot (partitions and gates in the hand of the test); turns of the event loop
 * are awaited, never time.
 */
import {describe, expect, it} from 'vitest'
import type {Batch} from '../../../src/columns/index.js'
import type {Split} from '../../../src/core/index.js'
import type {Operator, OperatorContext, OperatorSnapshot, Output, SourceOperator} from '../../../src/operators/index.js'
import {SlotRunner} from '../../../src/task/index.js'
import {deploymentOf, FakeSlot} from '../../support/fake-slot.js'

const objects = (...values: unknown[]): Batch => ({kind: 'objects', rowCount: values.length, values})
const batchOn = (channel: number, ...values: unknown[]) =>
  ({kind: 'batch', channel, batch: objects(...values), byteLength: 1}) as const
const endOf = (channel: number) => ({kind: 'endOfChannel', channel}) as const

/** Doubles every number; asks for a channel if told so. */
class Doubler implements Operator {
  protected output!: Output
  closed = 0
  constructor(readonly wanted: () => number = () => -1) {}
  open(_context: OperatorContext, output: Output): void {
    this.output = output
  }
  processBatch(batch: Batch): void {
    if (batch.kind === 'objects') this.output.emit(objects(...batch.values.map((value) => Number(value) * 2)))
  }
  selectChannel(): number {
    return this.wanted()
  }
  finish(): boolean {
    this.output.emit(objects('bye'))
    return true
  }
  close(): void {
    this.closed += 1
  }
}

/** Emits its batch one value at a time, as room allows. */
class OneByOne extends Doubler {
  private left: unknown[] = []
  override processBatch(batch: Batch): void {
    if (batch.kind === 'objects') this.left.push(...batch.values)
  }
  drain(): boolean {
    while (this.left.length > 0 && this.output.hasRoom()) this.output.emit(objects(this.left.shift()))
    return this.left.length === 0
  }
  override finish(): boolean {
    return true
  }
}

/** Wants one batch and no more. */
class First extends Doubler {
  private isFull = false
  override processBatch(batch: Batch): void {
    if (!this.isFull) super.processBatch(batch)
    this.isFull = true
  }
  hasEnough(): boolean {
    return this.isFull
  }
}

class Numbers implements SourceOperator {
  private output!: Output
  private readonly splits: Split[] = []
  private noMore = false
  closed = false
  open(_context: OperatorContext, output: Output): void {
    this.output = output
  }
  addSplit(split: Split): void {
    this.splits.push(split)
  }
  noMoreSplits(): void {
    this.noMore = true
  }
  wantsSplit(): boolean {
    return this.splits.length === 0 && !this.noMore
  }
  poll(): 'more' | 'wait' | 'end' {
    const split = this.splits.shift()
    if (split === undefined) return this.noMore ? 'end' : 'wait'
    this.output.emit(objects(split.splitId))
    return 'more'
  }
  snapshotState(): OperatorSnapshot {
    return {lists: []}
  }
  close(): void {
    this.closed = true
  }
}

const turns = async (count = 5) => {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve))
}

const split = (splitId: number): Split => ({kind: 'stdin', splitId})

describe('SlotRunner', () => {
  it('runs a chain from its gate to its partition and finishes', async () => {
    const doubler = new Doubler()
    const slot = new FakeSlot({doubler: () => doubler})
    const runner = new SlotRunner(slot.parts())
    runner.deploy([deploymentOf(['doubler'], {channels: 2})])
    slot.gates[0].queue.push(batchOn(0, 1, 2), endOf(0), batchOn(1, 3))
    slot.contexts[1].wake()
    await turns()
    expect(slot.partitions[0].got).toEqual([[2, 4], [6]])
    slot.gates[0].queue.push(endOf(1))
    slot.contexts[1].wake()
    await turns()
    expect(slot.partitions[0]).toMatchObject({got: [[2, 4], [6], ['bye'], 'watermark'], finished: true, released: []})
    expect(slot.events.map(({state}) => state)).toEqual(['INITIALIZING', 'RUNNING', 'FINISHED'])
    expect(doubler.closed).toBe(1)
    expect(slot.gates[0].released).toBe(true)
  })

  it('ends its input early when an operator has enough, and what is behind it still ends well', async () => {
    const slot = new FakeSlot({doubler: () => new Doubler(), first: () => new First()})
    const runner = new SlotRunner(slot.parts())
    runner.deploy([deploymentOf(['doubler', 'first', 'doubler'], {channels: 2})])
    slot.gates[0].queue.push(batchOn(0, 1), batchOn(1, 5), batchOn(0, 7))
    slot.contexts[1].wake()
    await turns()
    // Each operator says bye: the first one's is not wanted any more, the second one's is doubled.
    expect(slot.partitions[0].got).toEqual([[8], [Number.NaN], ['bye'], 'watermark'])
    expect(slot.partitions[0].finished).toBe(true)
    expect(slot.events.map(({state}) => state)).toEqual(['INITIALIZING', 'RUNNING', 'FINISHED'])
    expect(slot.gates[0].queue).toHaveLength(2)
  })

  it('ends its input early when nobody wants what it makes, also while its source waits', async () => {
    const source = new Numbers()
    const slot = new FakeSlot({numbers: () => source})
    const runner = new SlotRunner(slot.parts())
    runner.deploy([{...deploymentOf(['numbers']), initialSplits: [], noMoreSplits: false}])
    await turns()
    expect(slot.events.at(-1)).not.toMatchObject({state: 'FINISHED'})
    slot.partitions[0].unwanted = true
    slot.contexts[0].wake()
    await turns()
    expect(slot.events.at(-1)).toMatchObject({state: 'FINISHED'})
    expect(source.closed).toBe(true)
  })

  it('takes no input while its partition has no room, and goes on where it was', async () => {
    const slot = new FakeSlot({oneByOne: () => new OneByOne(), doubler: () => new Doubler()})
    const runner = new SlotRunner(slot.parts())
    runner.deploy([deploymentOf(['oneByOne', 'doubler'], {channels: 1})])
    const [partition] = slot.partitions
    partition.emit = (batch) => {
      partition.got.push(...(batch.kind === 'objects' ? batch.values : []))
      partition.room = false
    }
    slot.gates[0].queue.push(batchOn(0, 1, 2), batchOn(0, 3), endOf(0))
    for (const expected of [[2], [2, 4], [2, 4, 6], [2, 4, 6, 'bye', 'watermark']]) {
      partition.room = true
      slot.contexts[0].wake()
      await turns()
      expect(partition.got).toEqual(expected)
    }
    expect(partition.finished).toBe(true)
  })

  it('reads the channel that its head asks for', async () => {
    const order = [1, 0, 1]
    const slot = new FakeSlot({doubler: () => new Doubler(() => order[0] ?? -1)})
    const runner = new SlotRunner(slot.parts())
    runner.deploy([deploymentOf(['doubler'], {channels: 2})])
    slot.gates[0].queue.push(batchOn(0, 10), batchOn(1, 11))
    slot.contexts[1].wake()
    await turns()
    expect(slot.partitions[0].got).toEqual([[22]])
  })

  it('asks for splits ahead, once at a time, and ends when there are no more', async () => {
    const source = new Numbers()
    const slot = new FakeSlot({numbers: () => source, doubler: () => new Doubler()})
    const runner = new SlotRunner(slot.parts())
    const deployment = {...deploymentOf(['numbers', 'doubler']), initialSplits: [split(1)], noMoreSplits: false}
    runner.deploy([deployment])
    await turns()
    expect(slot.events.filter((event) => 'requestSplit' in event)).toHaveLength(1)
    runner.assignSplits(deployment.attemptId, [split(2), split(3)], false)
    await turns()
    expect(slot.events.filter((event) => 'requestSplit' in event)).toHaveLength(2)
    runner.assignSplits(deployment.attemptId, [], true)
    await turns()
    expect(slot.partitions[0].got).toEqual([[2], [4], [6], ['bye'], 'watermark'])
    expect(slot.events.at(-1)).toMatchObject({state: 'FINISHED'})
    expect(source.closed).toBe(true)
  })

  it('cancels: operators closed, memory, gates and partitions released', async () => {
    const doubler = new Doubler()
    const slot = new FakeSlot({doubler: () => doubler})
    const runner = new SlotRunner(slot.parts())
    const deployment = deploymentOf(['doubler'], {channels: 1})
    runner.deploy([deployment])
    runner.cancel(deployment.attemptId)
    await turns()
    expect(slot.events.map(({state}) => state)).toEqual(['INITIALIZING', 'RUNNING', 'CANCELING', 'CANCELED'])
    expect(doubler.closed).toBe(1)
    expect(slot.releasedOwners).toHaveLength(1)
    expect(slot.partitions[0].released).toEqual([undefined])
    expect(slot.gates[0].released).toBe(true)
  })

  it('fails with the error that an operator throws, and tells its consumers', async () => {
    const broken = new Doubler()
    broken.processBatch = () => {
      throw new Error('no good')
    }
    const slot = new FakeSlot({broken: () => broken})
    const runner = new SlotRunner(slot.parts())
    runner.deploy([deploymentOf(['broken'], {channels: 1})])
    slot.gates[0].queue.push(batchOn(0, 1))
    slot.contexts[1].wake()
    await turns()
    expect(slot.events.at(-1)).toMatchObject({state: 'FAILED', error: 'no good'})
    expect(slot.partitions[0].released[0]).toMatchObject({message: 'no good'})
    expect(broken.closed).toBe(1)
  })

  it('fails a task whose operator it does not have, and one that cannot open', async () => {
    const shy = new Doubler()
    shy.open = () => {
      throw new Error('will not open')
    }
    const slot = new FakeSlot({shy: () => shy})
    const runner = new SlotRunner(slot.parts())
    runner.deploy([
      deploymentOf(['unheard'], {name: 'a', channels: 1}),
      deploymentOf(['shy'], {name: 'b', channels: 1}),
    ])
    await turns()
    expect(slot.events.filter(({state}) => state === 'FAILED').map(({error}) => error)).toEqual([
      'operator "unheard" needs the factory "unheard", which this slot does not have',
      'will not open',
    ])
  })

  it('gives all tasks of the slot their turns', async () => {
    const slot = new FakeSlot({doubler: () => new Doubler()})
    const runner = new SlotRunner(slot.parts())
    runner.deploy([
      deploymentOf(['doubler'], {name: 'a', channels: 1}),
      deploymentOf(['doubler'], {name: 'b', channels: 1}),
    ])
    slot.gates.forEach((gate) => {
      gate.queue.push(batchOn(0, 1), batchOn(0, 2), endOf(0))
    })
    for (const context of slot.contexts) context.wake()
    await turns(20)
    expect(slot.partitions.map(({got}) => got)).toEqual([
      [[2], [4], ['bye'], 'watermark'],
      [[2], [4], ['bye'], 'watermark'],
    ])
  })

  it('fuses neighbours that offer it', async () => {
    const fused = new Doubler()
    const first = Object.assign(new Doubler(), {fuseWith: () => fused})
    const slot = new FakeSlot({first: () => first, second: () => new Doubler()})
    const runner = new SlotRunner(slot.parts())
    runner.deploy([deploymentOf(['first', 'second'], {channels: 1})])
    slot.gates[0].queue.push(batchOn(0, 1), endOf(0))
    slot.contexts[1].wake()
    await turns()
    expect(slot.partitions[0].got).toEqual([[2], ['bye'], 'watermark'])
    expect([first.closed, fused.closed]).toEqual([0, 1])
  })

  it('cancels everything when it closes', async () => {
    const slot = new FakeSlot({doubler: () => new Doubler()})
    const runner = new SlotRunner(slot.parts())
    runner.deploy([deploymentOf(['doubler'], {channels: 1})])
    await runner.close()
    expect(slot.events.at(-1)).toMatchObject({state: 'CANCELED'})
    expect(slot.closed).toBe(true)
  })
})
