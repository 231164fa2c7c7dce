import {assert} from '../core/index.js'
import type {MemoryPage} from './memory-manager.js'

/** Which pages an owner holds, so that nobody gives back a page twice or somebody else's. */
export class OwnedPages<Page extends MemoryPage> {
  private readonly pagesByOwner = new Map<string, Set<Page>>()

  add(owner: string, pages: readonly Page[]): void {
    const held = this.pagesByOwner.get(owner) ?? new Set()
    for (const page of pages) held.add(page)
    this.pagesByOwner.set(owner, held)
  }

  /** Checks all before it takes any. */
  remove(owner: string, pages: readonly MemoryPage[]): readonly Page[] {
    const held = this.pagesByOwner.get(owner) ?? new Set()
    const distinct = new Set(pages as readonly Page[])
    assert(distinct.size === pages.length, 'a page is given back once', {owner, pages: pages.length})
    for (const page of distinct) assert(held.has(page), 'an owner gives back pages that it holds', {owner})
    for (const page of distinct) held.delete(page)
    if (held.size === 0) this.pagesByOwner.delete(owner)
    return [...distinct]
  }

  removeAll(owner: string): readonly Page[] {
    const held = this.pagesByOwner.get(owner) ?? new Set()
    this.pagesByOwner.delete(owner)
    return [...held]
  }
}
