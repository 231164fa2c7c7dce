import {expect, it} from 'vitest'
import type {MemoryManagerFactory} from '../../src/memory/index.js'

const PAGE = 4096

/** What every memory manager keeps, a user's own included: call inside `describe`. */
export function itKeepsTheMemoryManagerContract(create: MemoryManagerFactory): void {
  const withPages = (pageCount: number) => create({totalBytes: pageCount * PAGE, pageSizeBytes: PAGE})

  it('gives pages of the page size that nobody else has', () => {
    const manager = withPages(8)
    const pages = [...manager.allocatePages('a', 3), ...manager.allocatePages('b', 5)]
    for (const [i, page] of pages.entries()) page.bytes.fill(i)
    expect(pages.map((page) => page.bytes.length)).toEqual(Array(8).fill(PAGE))
    expect(pages.every((page, i) => page.bytes.every((byte) => byte === i))).toBe(true)
  })

  it('counts pages and reservations against one budget', () => {
    const manager = withPages(4)
    manager.allocatePages('a', 2)
    manager.reserve('b', PAGE + 1)
    expect(manager.availableBytes).toBe(PAGE - 1)
    expect(manager.tryAllocatePages('a', 1)).toBeUndefined()
    expect(manager.tryReserve('a', PAGE)).toBe(false)
    expect(manager.tryReserve('a', PAGE - 1)).toBe(true)
    expect([...manager.usage()]).toEqual([
      ['a', 3 * PAGE - 1],
      ['b', PAGE + 1],
    ])
  })

  it('refuses more than the budget, names the option, and takes nothing', () => {
    const manager = withPages(2)
    const wanted = expect.objectContaining({
      kind: 'restartable',
      code: 'FTS_MEMORY_EXCEEDED',
      message: expect.stringContaining('sorter'),
      tryThis: expect.stringContaining('taskmanager.memory'),
    })
    expect(() => manager.allocatePages('sorter', 3)).toThrow(wanted)
    expect(() => manager.reserve('sorter', 2 * PAGE + 1)).toThrow(wanted)
    expect(manager.availableBytes).toBe(2 * PAGE)
  })

  it('takes back what was given', () => {
    const manager = withPages(4)
    const pages = manager.allocatePages('a', 4)
    manager.releasePages('a', pages.slice(0, 1))
    manager.releasePages('a', pages.slice(1))
    manager.reserve('a', 4 * PAGE)
    manager.releaseReserved('a', PAGE)
    manager.releaseReserved('a', 3 * PAGE)
    expect(manager.availableBytes).toBe(manager.totalBytes)
    manager.verifyEmpty()
  })

  it('refuses pages that the owner does not hold, whole and untouched', () => {
    const manager = withPages(4)
    const [mine] = manager.allocatePages('a', 1)
    const [other] = manager.allocatePages('b', 1)
    expect(() => manager.releasePages('a', [mine, other])).toThrow(/pages that it holds/)
    expect(() => manager.releasePages('a', [mine, mine])).toThrow(/given back once/)
    manager.releasePages('a', [mine])
    expect(() => manager.releasePages('a', [mine])).toThrow(/pages that it holds/)
    expect(manager.availableBytes).toBe(3 * PAGE)
  })

  it('refuses to take back more than was reserved', () => {
    const manager = withPages(1)
    manager.reserve('a', 100)
    expect(() => manager.releaseReserved('a', 101)).toThrow(/gives back at most what it holds/)
    expect(() => manager.releaseReserved('b', 1)).toThrow(/gives back at most what it holds/)
  })

  it('frees all of one owner and nothing of another', () => {
    const manager = withPages(4)
    manager.allocatePages('a', 2)
    manager.reserve('a', 10)
    manager.reserve('b', 20)
    expect(manager.releaseAll('a')).toBe(2 * PAGE + 10)
    expect(manager.releaseAll('a')).toBe(0)
    expect([...manager.usage()]).toEqual([['b', 20]])
  })

  it('says at the end who still holds memory', () => {
    const manager = withPages(1)
    manager.reserve('the forgetful', 7)
    expect(() => manager.verifyEmpty()).toThrow(/the forgetful: 7/)
  })

  it('has nothing to give when the budget is zero', () => {
    const manager = create({totalBytes: 0, pageSizeBytes: PAGE})
    expect(manager.tryAllocatePages('a', 1)).toBeUndefined()
    expect(manager.tryReserve('a', 1)).toBe(false)
    expect(manager.tryAllocatePages('a', 0)).toEqual([])
    manager.verifyEmpty()
  })
}
