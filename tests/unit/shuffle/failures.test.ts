/**
 * Goal    When a peer fails, is cancelled, never comes, or speaks something else, the right side hears it once, with the ids, and nothing is leaked.
 * Method  Slots in one process over Unix domain sockets or an in-memory transport whose connections the test breaks; a hand-played peer where
 *         a real one would not misbehave.
 */
import {connect, createServer, type Server} from 'node:net'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {FtsError} from '../../../src/core/index.js'
import {encodeHello} from '../../../src/shuffle/frames.js'
import {frameBytes} from '../../support/frame-recorder.js'
import {InMemoryTransport} from '../../support/in-memory-transport.js'
import {drain, next, objects, ShuffleSlots, TaskSide, turn, turnsUntil} from '../../support/shuffle-slots.js'

let slots: ShuffleSlots
beforeEach(async () => {
  slots = await ShuffleSlots.start({slotCount: 2})
})
afterEach(() => slots.close())

function consumer(id = 'p', slot = 1) {
  const task = new TaskSide('consumer')
  return {task, gate: slots.gate({slot, channels: [{slot: 0, id, subpartition: 0}], task})}
}

function producer(id = 'p') {
  const task = new TaskSide('producer', 0)
  return {task, partition: slots.partition({slot: 0, id, subpartitions: 1, task})}
}

async function failureOf(task: TaskSide): Promise<FtsError> {
  await turnsUntil(() => task.failures.length > 0, 'the task fails')
  expect(task.failures).toHaveLength(1)
  return task.failures[0] as FtsError
}

async function allBack(): Promise<void> {
  await turnsUntil(() => slots.held() === 0, 'all segments are back')
}

describe('a producer', () => {
  it.each([0, 1])('that fails tells its consumer in slot %i why, with the kind of its error', async (slot) => {
    const {partition} = producer()
    const {task, gate} = consumer('p', slot)
    partition.emit(objects([1]))
    await next(gate)
    partition.release(new FtsError('user', 'FTS_BAD_ROW', 'row 7 is bad', {row: 7}))
    const failure = await failureOf(task)
    expect(failure).toMatchObject({kind: 'user', code: 'FTS_PRODUCER_FAILED', details: {partitionId: 'p'}})
    expect(failure.message).toBe('the producer producer of the result p failed: row 7 is bad')
    expect(failure.cause).toMatchObject({code: 'FTS_BAD_ROW', details: {row: 7}})
    gate.release()
    await allBack()
  })

  it('that is cancelled says so', async () => {
    const {partition} = producer()
    const {task, gate} = consumer()
    partition.emit(objects([1]))
    await next(gate)
    partition.release()
    expect(await failureOf(task)).toMatchObject({kind: 'restartable', code: 'FTS_PRODUCER_CANCELED'})
    gate.release()
    await allBack()
  })

  it('that never appears fails the request after the timeout', async () => {
    const remote = consumer('missing', 1)
    const local = consumer('missing', 0)
    for (let i = 0; i < 50; i++) await turn()
    slots.timers.advance(9_999)
    expect([...remote.task.failures, ...local.task.failures]).toEqual([])
    slots.timers.advance(1)
    for (const {task} of [remote, local])
      expect(await failureOf(task)).toMatchObject({
        kind: 'restartable',
        code: 'FTS_PARTITION_NOT_FOUND',
        details: {partitionId: 'missing', timeoutMs: 10_000},
      })
  })

  it('that appears late serves those who waited', async () => {
    const {gate} = consumer()
    for (let i = 0; i < 50; i++) await turn()
    const {partition} = producer()
    partition.emit(objects(['late']))
    partition.finish()
    expect(await drain(gate)).toEqual(['"late"', 'end of 0'])
    expect(slots.timers.count).toBe(0)
  })

  it('gives a subpartition to one consumer only', async () => {
    const {partition} = producer()
    const first = consumer()
    partition.emit(objects([1]))
    await next(first.gate)
    const second = consumer()
    expect(await failureOf(second.task)).toMatchObject({code: 'FTS_PARTITION_CONSUMED', details: {partitionId: 'p'}})
  })

  it('of a blocking result is refused', () => {
    const deployment = {
      partitionId: 'b',
      type: 'BLOCKING',
      subpartitionCount: 1,
      partitioner: {kind: 'forward'},
      maxParallelism: 128,
    }
    const create = () => slots.environments[0].createResultPartition(deployment as never, new TaskSide('producer'))
    expect(create).toThrow(expect.objectContaining({code: 'FTS_BLOCKING_RESULT'}))
  })
})

describe('a consumer', () => {
  it.each([0, 1])('that goes away from slot %i frees what waits for it, and its producer goes on', async (slot) => {
    const {partition} = producer()
    const {gate} = consumer('p', slot)
    for (let i = 0; i < 20; i++) partition.emit(objects([i]))
    await next(gate)
    gate.release()
    await allBack()
    partition.emit(objects(['dropped']))
    expect(partition.hasRoom()).toBe(true)
    partition.finish()
    await allBack()
  })

  it('that stops waiting for a partition leaves nothing behind', async () => {
    const {gate, task} = consumer('missing')
    for (let i = 0; i < 50; i++) await turn()
    expect(slots.timers.count).toBe(1)
    gate.release()
    await turnsUntil(() => slots.timers.count === 0, 'the request is taken back')
    expect(task.failures).toEqual([])
    await allBack()
  })

  it('that never comes: the partition is released by its id', async () => {
    const {partition} = producer()
    partition.emit(objects([1]))
    partition.finish()
    expect(slots.held()).toBeGreaterThan(0)
    slots.environments[0].releasePartitions(['p', 'unknown'])
    expect(slots.held()).toBe(0)
  })
})

describe('a connection', () => {
  it('that breaks fails the consumer with the producer named, and frees the producer', async () => {
    const transport = new InMemoryTransport()
    const broken = await ShuffleSlots.start({slotCount: 2, transport})
    try {
      const task = new TaskSide('consumer')
      const partition = broken.partition({slot: 0, id: 'p', subpartitions: 1, task: new TaskSide('producer', 0)})
      const gate = broken.gate({slot: 1, channels: [{slot: 0, id: 'p', subpartition: 0}], task})
      partition.emit(objects([1]))
      await next(gate)
      transport.breakAll(new Error('ECONNRESET'))
      const failure = await failureOf(task)
      expect(failure).toMatchObject({
        kind: 'restartable',
        code: 'FTS_CONNECTION_LOST',
        details: {partitionId: 'p', producer: 'slot 0 of TaskManager tm-0'},
      })
      expect(failure.message).toContain('ECONNRESET')
      gate.release()
      await turnsUntil(() => broken.held() === 0, 'all segments are back')
      expect(partition.hasRoom()).toBe(true)
    } finally {
      await broken.close()
    }
  })

  it('to a slot that is not there fails the consumer', async () => {
    const task = new TaskSide('consumer')
    const gate = slots.gate({slot: 1, channels: [{slot: 7, id: 'p', subpartition: 0}], task})
    const failure = await failureOf(task)
    expect(failure).toMatchObject({kind: 'restartable', code: 'FTS_CONNECTION_LOST'})
    expect(failure.message).toContain('ENOENT')
    gate.release()
    await allBack()
  })

  it('whose process ends in the middle of a segment gives that segment back', async () => {
    const hello = encodeHello({segmentSizeBytes: 32_768, from: slots.address(5), to: slots.address(1)})
    const half = frameBytes({kind: 2, flags: 3, backlog: 0, channel: 0, value: 0}, Buffer.alloc(1000)).subarray(0, 500)
    await withPeer(slots.address(5), Buffer.concat([hello, half]), async (server) => {
      const task = new TaskSide('consumer')
      const gate = slots.gate({slot: 1, channels: [{slot: 5, id: 'p', subpartition: 0}], task})
      await turnsUntil(() => slots.pools[1].usedSegments === 1, 'the segment is being filled')
      server.emit('die')
      expect(await failureOf(task)).toMatchObject({code: 'FTS_CONNECTION_LOST'})
      gate.release()
      await allBack()
    })
  })

  it.each([
    ['is of another protocol', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'), 'FTS_SHUFFLE_FRAME'],
    ['sends data without credit', sendsUnasked(3), 'FTS_SHUFFLE_FRAME'],
    ['loses a message', sendsUnasked(1, 5), 'FTS_SHUFFLE_FRAME'],
  ])('whose peer %s fails the consumer', async (_, bytes, code) => {
    const hello = encodeHello({segmentSizeBytes: 32_768, from: slots.address(5), to: slots.address(1)})
    const greeted = bytes[0] === 0x48 ? bytes : Buffer.concat([hello, bytes])
    await withPeer(slots.address(5), greeted, async () => {
      const task = new TaskSide('consumer')
      const gate = slots.gate({slot: 1, channels: [{slot: 5, id: 'p', subpartition: 0}], task})
      expect(await failureOf(task)).toMatchObject({kind: 'fatal', code})
      gate.release()
      await allBack()
    })
  })

  it('from a slot with other segments, or that looks for another slot, is refused with the reason', async () => {
    const other = encodeHello({segmentSizeBytes: 4096, from: '/x', to: slots.address(0)})
    expect(await answerTo(slots.address(0), other)).toContain('FTS_SHUFFLE_SEGMENT_SIZE')
    const stray = encodeHello({segmentSizeBytes: 32_768, from: '/x', to: '/elsewhere'})
    expect(await answerTo(slots.address(0), stray)).toContain('FTS_SHUFFLE_ADDRESS')
    expect(await answerTo(slots.address(0), Buffer.from('GET / HTTP/1.1\r\n\r\n'))).toContain('FTS_SHUFFLE_FRAME')
  })
})

describe('the slot', () => {
  it('that closes in the middle gives everything back', async () => {
    const {partition} = producer()
    const {gate} = consumer()
    for (let i = 0; i < 50; i++) partition.emit(objects([i]))
    await next(gate)
    await Promise.all(slots.environments.map((environment) => environment.close()))
    await allBack()
    expect(slots.timers.count).toBe(0)
  })

  it('refuses a task whose segments it does not have, and names the option', async () => {
    const small = await ShuffleSlots.start({slotCount: 1, segments: 4})
    try {
      const create = () => small.partition({slot: 0, id: 'p', subpartitions: 9})
      expect(create).toThrow(expect.objectContaining({code: 'FTS_NETWORK_MEMORY', kind: 'user'}))
    } finally {
      await small.close()
    }
  })
})

function sendsUnasked(count: number, firstSequence = 0): Buffer {
  const frames = Array.from({length: count}, (_, i) =>
    frameBytes({kind: 2, flags: 1, backlog: 0, channel: 0, value: firstSequence + i}, Buffer.alloc(10)),
  )
  return Buffer.concat(frames)
}

/** A peer that answers every connection with `bytes`; `die` ends it. */
async function withPeer(path: string, bytes: Buffer, run: (server: Server) => Promise<void>): Promise<void> {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.write(bytes)
    server.once('die', () => socket.destroy())
  })
  await new Promise<void>((resolve) => server.listen(path, resolve))
  try {
    await run(server)
  } finally {
    server.emit('die')
    await new Promise((resolve) => server.close(resolve))
  }
}

function answerTo(path: string, bytes: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const received: Buffer[] = []
    const socket = connect(path, () => socket.write(bytes))
    socket.on('data', (data) => received.push(data))
    socket.on('error', reject)
    socket.on('close', () => resolve(Buffer.concat(received).toString('utf8')))
  })
}
