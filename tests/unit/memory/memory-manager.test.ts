// Goal: both memory managers keep the one contract; the pooled one reuses pages and gives slabs back for reservations.
// Method: the shared contract suite, then the pool's own promises through what it hands out.
import {describe, expect, it} from 'vitest'
import {PooledMemoryManager, SimpleMemoryManager} from '../../../src/memory/index.js'
import {PageSlabs} from '../../../src/memory/page-slabs.js'
import {itKeepsTheMemoryManagerContract} from '../../support/memory-manager-contract.js'

const PAGE = 32 * 1024
const MIB = 1024 * 1024

describe('PooledMemoryManager', () => {
  itKeepsTheMemoryManagerContract((options) => new PooledMemoryManager(options))

  it('hands the same pages out again', () => {
    const manager = new PooledMemoryManager({totalBytes: 4 * MIB, pageSizeBytes: PAGE})
    const first = manager.allocatePages('a', 40)
    manager.releasePages('a', first)
    expect(new Set(manager.allocatePages('b', 40))).toEqual(new Set(first))
  })
})

describe('SimpleMemoryManager', () => {
  itKeepsTheMemoryManagerContract((options) => new SimpleMemoryManager(options))
})

describe('PageSlabs', () => {
  it('allocates no more than it is allowed', () => {
    const slabs = new PageSlabs(PAGE)
    slabs.take(3, 2)
    expect(slabs.allocatedBytes).toBe(5 * PAGE)
    slabs.take(2, 0)
    expect(slabs.allocatedBytes).toBe(5 * PAGE)
  })

  it('drops slabs that are wholly free, and keeps the others', () => {
    const slabs = new PageSlabs(PAGE)
    const pages = slabs.take(96, 0)
    expect(slabs.allocatedBytes).toBe(3 * MIB)
    slabs.giveBack(pages.slice(0, 63))
    slabs.shrinkTo(0)
    expect(slabs.allocatedBytes).toBe(2 * MIB)
    slabs.giveBack(pages.slice(63))
    slabs.shrinkTo(MIB)
    expect(slabs.allocatedBytes).toBe(MIB)
  })
})
