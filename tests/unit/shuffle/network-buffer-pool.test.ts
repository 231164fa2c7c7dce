/**
 * Goal    The segment pool never hands out more than it has, shares what is left over in proportion, keeps what it promised, and wakes those who wait.
 * Method  Local pools over a small network pool, step by step.
 */
import {describe, expect, it} from 'vitest'
import type {LocalBufferPool} from '../../../src/shuffle/local-buffer-pool.js'
import {NetworkBufferPool} from '../../../src/shuffle/network-buffer-pool.js'
import type {NetworkSegment} from '../../../src/shuffle/network-segment.js'

function network(segments: number): NetworkBufferPool {
  return new NetworkBufferPool({totalBytes: segments * 256 + 100, segmentSizeBytes: 256})
}

function local(pool: NetworkBufferPool, required: number, max: number, onAvailable = () => {}): LocalBufferPool {
  return pool.createLocalPool({name: 'a test', required, minimum: 1, max, onAvailable})
}

function takeAll(pool: LocalBufferPool): NetworkSegment[] {
  const taken: NetworkSegment[] = []
  for (let segment = pool.tryTake(); segment !== undefined; segment = pool.tryTake()) taken.push(segment)
  return taken
}

describe('the network buffer pool', () => {
  it('has as many whole segments as fit, each its own memory', () => {
    const pool = network(6)
    expect(pool.totalSegments).toBe(6)
    const taken = takeAll(local(pool, 1, 100))
    expect(taken).toHaveLength(6)
    taken.forEach((segment, i) => {
      segment.bytes.fill(i)
    })
    taken.forEach((segment, i) => {
      expect(segment.bytes.every((byte) => byte === i)).toBe(true)
    })
    for (const segment of taken) segment.release()
    expect([pool.usedSegments, pool.reservedSegments]).toEqual([0, 0])
  })

  it('shares what is not required in proportion to what each could use, and again when one goes', () => {
    const pool = network(20)
    const first = local(pool, 2, 10)
    expect(first.size).toBe(10)
    const second = local(pool, 2, 26)
    expect([first.size, second.size]).toEqual([6, 14])
    first.close()
    expect(second.size).toBe(20)
  })

  it('refuses to promise more than it has', () => {
    const pool = network(5)
    local(pool, 3, 3)
    expect(() => local(pool, 3, 3)).toThrow(expect.objectContaining({code: 'FTS_NETWORK_MEMORY', kind: 'user'}))
    expect(local(pool, 2, 2).size).toBe(2)
  })

  it('lets a newcomer have its minimum while others hold more than their share, and counts it', () => {
    const pool = network(6)
    const held = takeAll(local(pool, 1, 100))
    const newcomer = local(pool, 2, 2)
    const one = newcomer.tryTake()
    expect(one).toBeDefined()
    expect(newcomer.tryTake()).toBeUndefined()
    expect(pool.overdraftSegments).toBe(1)
    held[0].release()
    expect(pool.overdraftSegments).toBe(0)
    expect(newcomer.tryTake()).toBeUndefined()
    held[1].release()
    expect(newcomer.tryTake()).toBeDefined()
  })

  it('wakes who waits when a segment comes back, when a share grows, and not when it is not for them', () => {
    const pool = network(4)
    const wakes = {first: 0, second: 0}
    const first = local(pool, 2, 4, () => {
      wakes.first += 1
    })
    const second = local(pool, 2, 4, () => {
      wakes.second += 1
    })
    const [a] = takeAll(first)
    takeAll(second)
    first.waitForSegment()
    second.waitForSegment()
    a.release()
    expect(wakes).toEqual({first: 1, second: 0})
    first.close()
    expect(wakes).toEqual({first: 1, second: 1})
    expect([second.size, second.canReserve]).toEqual([4, true])
  })

  it('a closed pool takes no more, and gets back what is out', () => {
    const pool = network(4)
    const one = local(pool, 1, 4)
    const [segment] = takeAll(one)
    one.close()
    expect(one.tryTake()).toBeUndefined()
    segment.retain()
    segment.release()
    expect(pool.usedSegments).toBe(4)
    segment.release()
    expect(pool.usedSegments).toBe(3)
  })
})
