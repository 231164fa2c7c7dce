/**
 * Goal    What a task may rely on between its output and the next task's input: order of rows and control elements, when messages are sent, when there is
 *         room and who is woken, that no channel holds up another, and what is counted.
 * Method  Two or three slots of one process, over Unix domain sockets or within one slot; time is moved by the test.
 */
import {afterEach, describe, expect, it} from 'vitest'
import type {ResultPartition} from '../../../src/shuffle/index.js'
import {
  drain,
  next,
  objects,
  rowsOf,
  ShuffleSlots,
  type ShuffleSlotsOptions,
  TaskSide,
  turn,
  turnsUntil,
} from '../../support/shuffle-slots.js'

let slots: ShuffleSlots
afterEach(() => slots.close())

async function start(options: Partial<ShuffleSlotsOptions> = {}): Promise<void> {
  slots = await ShuffleSlots.start({slotCount: 2, ...options})
}

/** A producer in slot 0 and its one consumer: in slot 1 behind a socket, or in slot 0. */
function pair(consumerSlot: number, bufferTimeoutMs = 10) {
  const producer = new TaskSide('producer', bufferTimeoutMs)
  const consumer = new TaskSide('consumer')
  const partition = slots.partition({
    slot: 0,
    id: 'p',
    subpartitions: 1,
    partitioner: {kind: 'forward'},
    task: producer,
  })
  const gate = slots.gate({slot: consumerSlot, channels: [{slot: 0, id: 'p', subpartition: 0}], task: consumer})
  return {producer, consumer, partition, gate}
}

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await turn()
}

describe.each([
  ['across a socket', 1],
  ['within a slot', 0],
])('an exchange %s', (_, consumerSlot) => {
  it('keeps rows and control elements in order', async () => {
    await start()
    const {partition, gate} = pair(consumerSlot)
    partition.emit(objects([1, 2]))
    partition.broadcast({kind: 'watermark', timestampMs: 5})
    partition.emit(objects([3]))
    partition.broadcast({kind: 'endOfData'})
    partition.finish()
    expect(await drain(gate)).toEqual(['1', '2', 'watermark', '3', 'endOfData', 'end of 0'])
    gate.release()
    await turnsUntil(() => slots.held() === 0, 'all segments are back')
  })

  it('tells the producer of a consumer that has enough, and not of one that is only gone', async () => {
    await start()
    const {producer, partition, gate} = pair(consumerSlot)
    partition.emit(objects([1, 2]))
    partition.flush()
    await next(gate)
    expect(partition.isUnwanted()).toBe(false)
    const wakesBefore = producer.wakes
    expect(gate.endEarly()).toEqual([0])
    expect(gate.isFinished()).toBe(true)
    await turnsUntil(() => partition.isUnwanted(), 'the producer knows')
    expect(producer.wakes).toBeGreaterThan(wakesBefore)
    partition.emit(objects([3]))
    partition.finish()
    await turnsUntil(() => slots.held() === 0, 'all segments are back')
  })

  it('leaves the producer of a consumer that is gone as it is', async () => {
    await start()
    const {partition, gate} = pair(consumerSlot)
    partition.emit(objects([1, 2]))
    partition.flush()
    await next(gate)
    gate.release()
    await turns(20)
    expect(partition.isUnwanted()).toBe(false)
    partition.finish()
    await turnsUntil(() => slots.held() === 0, 'all segments are back')
  })

  it('sends buffered rows when the buffer timeout has passed, counted from the first of them', async () => {
    await start()
    const {partition, gate} = pair(consumerSlot)
    partition.emit(objects(['a']))
    slots.timers.advance(9)
    partition.emit(objects(['b']))
    await turns(20)
    expect(gate.poll()).toBeUndefined()
    slots.timers.advance(1)
    const element = await next(gate)
    expect(element.kind === 'batch' && rowsOf(element.batch)).toEqual(['a', 'b'])
    slots.timers.advance(1000)
    await turns(20)
    expect(gate.poll()).toBeUndefined()
    expect(slots.timers.count).toBe(0)
  })

  it('sends at once with a buffer timeout of 0, and only full messages with -1', async () => {
    await start()
    const eager = pair(consumerSlot, 0)
    eager.partition.emit(objects([1]))
    expect((await next(eager.gate)).kind).toBe('batch')
    const lazy = slots.partition({slot: 0, id: 'q', subpartitions: 1, task: new TaskSide('lazy', -1)})
    lazy.emit(objects([1]))
    expect(slots.timers.count).toBe(0)
    lazy.release()
  })

  it('carries messages longer than a segment, and blocks of text without a row', async () => {
    await start({segmentSizeBytes: 4096})
    const {partition, gate} = pair(consumerSlot)
    const long = 'x'.repeat(50_000)
    partition.emit(objects([long]))
    partition.emit({kind: 'bytes', bytes: Buffer.from('no line end'), rowCount: 0})
    partition.finish()
    expect(await drain(gate)).toEqual([JSON.stringify(long), '"no line end"', 'end of 0'])
  })

  it('carries large blocks of text between small ones, with too few segments for one of them', async () => {
    await start({segmentSizeBytes: 4096, segments: 6})
    const {partition, gate} = pair(consumerSlot)
    const texts = [3, 16_384, 70_000, 5, 16_383, 40_000].map((length, i) =>
      `${'abcdefghij'[i]}`.repeat(length - 1).concat('\n'),
    )
    for (const text of texts) {
      const bytes = Buffer.from(text)
      partition.emit({kind: 'bytes', bytes, rowCount: 1})
      bytes.fill(0)
    }
    partition.finish()
    const read = await drain(gate)
    expect(read.pop()).toBe('end of 0')
    expect(read.map((text) => JSON.parse(text)).join('')).toBe(texts.join(''))
  })

  it('counts rows, messages and bytes alike on both sides, and the time they took', async () => {
    await start()
    const {producer, consumer, partition, gate} = pair(consumerSlot)
    for (let i = 0; i < 5; i++) partition.emit(objects(Array.from({length: 700}, (_, n) => ({n, i}))))
    partition.finish()
    await drain(gate)
    const out = producer.metrics.snapshot()
    const into = consumer.metrics.snapshot()
    expect(out.recordsOut).toBe(3500)
    expect(into.recordsIn).toBe(3500)
    expect(out.batchesOut).toBeGreaterThan(2)
    expect([into.batchesIn, into.bytesIn]).toEqual([out.batchesOut, out.bytesOut])
    expect(out.transferMs).toBeGreaterThan(0)
    expect(into.transferMs).toBeGreaterThan(0)
  })

  it('stops for want of room, keeps what was emitted nevertheless, and wakes the producer once there is room', async () => {
    await start({segmentSizeBytes: 256, segments: 12, floatingBuffersPerGate: 2, maxBuffersPerChannel: 4})
    const {producer, partition, gate} = pair(consumerSlot)
    const rows = Array.from({length: 60}, (_, n) => `row ${n} ${'x'.repeat(100)}`)
    for (const row of rows) partition.emit(objects([row]))
    partition.flush()
    await turns(50)
    expect(partition.hasRoom()).toBe(false)
    expect(slots.pools[0].overdraftBytes).toBeGreaterThan(0)
    for (const pool of slots.pools) expect(pool.reservedSegments).toBeLessThanOrEqual(pool.totalSegments)
    const wakesBefore = producer.wakes
    partition.finish()
    expect(await drain(gate)).toEqual([...rows.map((row) => JSON.stringify(row)), 'end of 0'])
    expect(producer.wakes).toBe(wakesBefore)
    gate.release()
    await turnsUntil(() => slots.held() === 0, 'all segments are back')
  })

  it('wakes each side once for what it waits for', async () => {
    await start({segmentSizeBytes: 256, segments: 12, floatingBuffersPerGate: 0, maxBuffersPerChannel: 1})
    const {producer, consumer, partition, gate} = pair(consumerSlot, 0)
    expect(gate.poll()).toBeUndefined()
    const emitted = fill(partition)
    await turnsUntil(() => consumer.wakes > 0, 'the consumer is woken')
    await turns(50)
    expect(consumer.wakes).toBe(1)
    let received = 0
    await turnsUntil(() => {
      for (let element = gate.poll(); element !== undefined; element = gate.poll()) received += 1
      return received >= emitted
    }, 'all rows are there')
    expect(producer.wakes).toBeGreaterThan(0)
    expect(partition.hasRoom()).toBe(true)
  })
})

/** Emits rows until there is no room; answers how many. */
function fill(partition: ResultPartition): number {
  for (let count = 0; ; count++) {
    if (!partition.hasRoom()) return count
    partition.emit(objects([`row ${count} ${'x'.repeat(100)}`]))
  }
}

describe('several channels', () => {
  it('a channel that nobody reads does not hold up another on the same connection', async () => {
    await start({floatingBuffersPerGate: 2, segmentSizeBytes: 512})
    const slow = slots.partition({slot: 0, id: 'slow', subpartitions: 1, task: new TaskSide('slow', 0)})
    const quick = slots.partition({slot: 0, id: 'quick', subpartitions: 1, task: new TaskSide('quick', 0)})
    const slowGate = slots.gate({slot: 1, channels: [{slot: 0, id: 'slow', subpartition: 0}]})
    const quickGate = slots.gate({slot: 1, channels: [{slot: 0, id: 'quick', subpartition: 0}]})
    for (let i = 0; i < 5; i++) {
      fill(slow)
      await turns(50)
    }
    expect(slow.hasRoom()).toBe(false)
    const rows = Array.from({length: 200}, (_, n) => n)
    const reading = drain(quickGate)
    for (const row of rows) {
      await turnsUntil(() => quick.hasRoom(), 'the quick one has room')
      quick.emit(objects([row]))
    }
    quick.finish()
    expect(await reading).toEqual([...rows.map(String), 'end of 0'])
    expect(slow.hasRoom()).toBe(false)
    expect(slowGate.isFinished()).toBe(false)
  })

  it('one connection serves all channels between two slots, and one gate reads them in turn', async () => {
    await start()
    const ids = ['a', 'b', 'c']
    const partitions = ids.map((id) => slots.partition({slot: 0, id, subpartitions: 1, task: new TaskSide(id, 0)}))
    const gate = slots.gate({slot: 1, channels: ids.map((id) => ({slot: 0, id, subpartition: 0}))})
    partitions.forEach((partition, i) => {
      for (let n = 0; n < 3; n++) partition.emit(objects([`${ids[i]}${n}`]))
    })
    await turns(200)
    const order: unknown[] = []
    for (let element = gate.poll(); element !== undefined; element = gate.poll()) {
      if (element.kind === 'batch') order.push(...rowsOf(element.batch))
    }
    expect(order).toHaveLength(9)
    expect(new Set(order.slice(0, 3).map((row) => String(row)[0]))).toEqual(new Set(ids))
  })

  it('pollChannel gives only what was asked for, and the rest is there later', async () => {
    await start()
    const ids = ['a', 'b']
    const partitions = ids.map((id) => slots.partition({slot: 0, id, subpartitions: 1}))
    const gate = slots.gate({slot: 1, channels: ids.map((id) => ({slot: 0, id, subpartition: 0}))})
    partitions.forEach((partition, i) => {
      partition.emit(objects([ids[i]]))
      partition.finish()
    })
    await turns(200)
    const first = gate.pollChannel(1)
    expect(first?.kind === 'batch' && rowsOf(first.batch)).toEqual(['b'])
    expect(gate.pollChannel(1)).toEqual({kind: 'endOfChannel', channel: 1})
    expect(gate.pollChannel(1)).toBeUndefined()
    expect(await drain(gate)).toEqual(['"a"', 'end of 0'])
    expect(gate.isFinished()).toBe(true)
  })

  it('a broadcast reaches all, in one copy of the segments', async () => {
    await start({slotCount: 3})
    const task = new TaskSide('producer')
    const partition = slots.partition({slot: 0, id: 'p', subpartitions: 3, partitioner: {kind: 'broadcast'}, task})
    const gates = [0, 1, 2].map((slot) => slots.gate({slot, channels: [{slot: 0, id: 'p', subpartition: slot}]}))
    partition.emit(objects(['x', 'y']))
    partition.flush()
    expect(slots.pools[0].usedSegments).toBe(1)
    partition.finish()
    for (const gate of gates) expect(await drain(gate)).toEqual(['"x"', '"y"', 'end of 0'])
    for (const gate of gates) gate.release()
    expect(task.metrics.get('recordsOut')).toBe(2)
    expect(task.metrics.get('batchesOut')).toBe(3)
    await turnsUntil(() => slots.held() === 0, 'all segments are back')
  })
})
