import type {MemoryPage} from './memory-manager.js'

/** Large enough that carving costs nothing, small enough that a slab is often wholly free and can go. */
const SLAB_BYTES = 1024 * 1024

export interface SlabPage extends MemoryPage {
  readonly slab: Slab
}

interface Slab {
  readonly pageCount: number
  readonly free: SlabPage[]
}

/**
 * Pages carved from slabs of about a megabyte. Pages that come back wait in their slab for the next taker; the fullest use is
 * made of slabs that are in use already, so that others become wholly free and can be dropped.
 */
export class PageSlabs {
  private readonly slabs = new Set<Slab>()
  private slabBytes = 0

  constructor(private readonly pageSizeBytes: number) {}

  /** Bytes of all slabs, whether their pages are taken or free. */
  get allocatedBytes(): number {
    return this.slabBytes
  }

  /**
   * The caller has made sure that the budget allows it, and says how many pages more it would allow. Pages keep what their
   * last owner wrote.
   */
  take(pageCount: number, furtherPages: number): readonly SlabPage[] {
    const pages: SlabPage[] = []
    for (const slab of this.slabs) {
      while (pages.length < pageCount && slab.free.length > 0) pages.push(slab.free.pop() as SlabPage)
      if (pages.length === pageCount) return pages
    }
    while (pages.length < pageCount) {
      const slab = this.addSlab(pageCount - pages.length + furtherPages)
      while (pages.length < pageCount && slab.free.length > 0) pages.push(slab.free.pop() as SlabPage)
    }
    return pages
  }

  giveBack(pages: readonly SlabPage[]): void {
    for (const page of pages) page.slab.free.push(page)
  }

  /** Drops wholly free slabs until at most `targetBytes` are allocated, as far as that goes. */
  shrinkTo(targetBytes: number): void {
    for (const slab of this.slabs) {
      if (this.slabBytes <= targetBytes) return
      if (slab.free.length === slab.pageCount) this.drop(slab)
    }
  }

  /** The last slab of a budget is smaller: slabs never pass what the budget has left. */
  private addSlab(allowedPages: number): Slab {
    const pageCount = Math.min(Math.max(1, Math.floor(SLAB_BYTES / this.pageSizeBytes)), allowedPages)
    const slab: Slab = {pageCount, free: []}
    const bytes = new Uint8Array(pageCount * this.pageSizeBytes)
    for (let i = pageCount - 1; i >= 0; i--)
      slab.free.push({slab, bytes: bytes.subarray(i * this.pageSizeBytes, (i + 1) * this.pageSizeBytes)})
    this.slabs.add(slab)
    this.slabBytes += bytes.length
    return slab
  }

  private drop(slab: Slab): void {
    this.slabs.delete(slab)
    this.slabBytes -= slab.pageCount * this.pageSizeBytes
  }
}
