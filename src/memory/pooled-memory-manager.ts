import {MemoryLedger} from './memory-ledger.js'
import type {MemoryManager, MemoryManagerOptions, MemoryPage} from './memory-manager.js'
import {OwnedPages} from './owned-pages.js'
import {PageSlabs, type SlabPage} from './page-slabs.js'

/**
 * Reuses pages: they are carved from slabs and go to the next owner as they are, without the cost of zeroing and collecting
 * them. When the budget is wanted for something else, wholly free slabs are dropped.
 */
export class PooledMemoryManager implements MemoryManager {
  readonly pageSizeBytes: number
  private readonly ledger: MemoryLedger
  private readonly pages = new OwnedPages<SlabPage>()
  private readonly slabs: PageSlabs
  private pageBytes = 0

  constructor(options: MemoryManagerOptions) {
    this.pageSizeBytes = options.pageSizeBytes
    this.ledger = new MemoryLedger(options.totalBytes)
    this.slabs = new PageSlabs(options.pageSizeBytes)
  }

  get totalBytes(): number {
    return this.ledger.totalBytes
  }

  get availableBytes(): number {
    return this.ledger.availableBytes
  }

  allocatePages(owner: string, pageCount: number): readonly MemoryPage[] {
    const pages = this.tryAllocatePages(owner, pageCount)
    if (pages === undefined) throw this.ledger.exceeded(owner, pageCount * this.pageSizeBytes)
    return pages
  }

  tryAllocatePages(owner: string, pageCount: number): readonly MemoryPage[] | undefined {
    const bytes = pageCount * this.pageSizeBytes
    if (!this.ledger.tryTake(owner, bytes)) return undefined
    const pages = this.slabs.take(pageCount, Math.floor(this.availableBytes / this.pageSizeBytes))
    this.pageBytes += bytes
    this.pages.add(owner, pages)
    return pages
  }

  releasePages(owner: string, pages: readonly MemoryPage[]): void {
    this.putBack(this.pages.remove(owner, pages))
    this.ledger.giveBack(owner, pages.length * this.pageSizeBytes)
  }

  reserve(owner: string, bytes: number): void {
    if (!this.tryReserve(owner, bytes)) throw this.ledger.exceeded(owner, bytes)
  }

  tryReserve(owner: string, bytes: number): boolean {
    if (!this.ledger.tryTake(owner, bytes)) return false
    const reservedBytes = this.totalBytes - this.availableBytes - this.pageBytes
    this.slabs.shrinkTo(this.totalBytes - reservedBytes)
    return true
  }

  releaseReserved(owner: string, bytes: number): void {
    this.ledger.giveBack(owner, bytes)
  }

  releaseAll(owner: string): number {
    this.putBack(this.pages.removeAll(owner))
    const heldBytes = this.ledger.usage().get(owner) ?? 0
    this.ledger.giveBack(owner, heldBytes)
    return heldBytes
  }

  usage(): ReadonlyMap<string, number> {
    return this.ledger.usage()
  }

  verifyEmpty(): void {
    this.ledger.verifyEmpty()
  }

  private putBack(pages: readonly SlabPage[]): void {
    this.slabs.giveBack(pages)
    this.pageBytes -= pages.length * this.pageSizeBytes
  }
}
