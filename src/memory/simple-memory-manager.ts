import {MemoryLedger} from './memory-ledger.js'
import type {MemoryManager, MemoryManagerOptions, MemoryPage} from './memory-manager.js'
import {OwnedPages} from './owned-pages.js'

/**
 * Allocates every page anew and leaves the rest to the garbage collector; only the counting is its own. For jobs that rarely
 * use pages, and as the plain version that the pooled one is compared with.
 */
export class SimpleMemoryManager implements MemoryManager {
  readonly pageSizeBytes: number
  private readonly ledger: MemoryLedger
  private readonly pages = new OwnedPages<MemoryPage>()

  constructor(options: MemoryManagerOptions) {
    this.pageSizeBytes = options.pageSizeBytes
    this.ledger = new MemoryLedger(options.totalBytes)
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
    if (!this.ledger.tryTake(owner, pageCount * this.pageSizeBytes)) return undefined
    const pages = Array.from({length: pageCount}, () => ({bytes: new Uint8Array(this.pageSizeBytes)}))
    this.pages.add(owner, pages)
    return pages
  }

  releasePages(owner: string, pages: readonly MemoryPage[]): void {
    this.pages.remove(owner, pages)
    this.ledger.giveBack(owner, pages.length * this.pageSizeBytes)
  }

  reserve(owner: string, bytes: number): void {
    if (!this.ledger.tryTake(owner, bytes)) throw this.ledger.exceeded(owner, bytes)
  }

  tryReserve(owner: string, bytes: number): boolean {
    return this.ledger.tryTake(owner, bytes)
  }

  releaseReserved(owner: string, bytes: number): void {
    this.ledger.giveBack(owner, bytes)
  }

  releaseAll(owner: string): number {
    this.pages.removeAll(owner)
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
}
