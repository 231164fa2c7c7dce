import {FtsError} from '../../src/core/index.js'
import type {MemoryManager, MemoryPage} from '../../src/memory/index.js'

/** A budget that counts reservations; pages are not pooled. */
export class BudgetMemoryManager implements MemoryManager {
  readonly pageSizeBytes = 32 * 1024
  private readonly held = new Map<string, number>()

  constructor(readonly totalBytes: number) {}

  get availableBytes(): number {
    return this.totalBytes - [...this.held.values()].reduce((sum, bytes) => sum + bytes, 0)
  }

  allocatePages(owner: string, pageCount: number): readonly MemoryPage[] {
    this.reserve(owner, pageCount * this.pageSizeBytes)
    return Array.from({length: pageCount}, () => ({bytes: new Uint8Array(this.pageSizeBytes)}))
  }

  tryAllocatePages(owner: string, pageCount: number): readonly MemoryPage[] | undefined {
    return this.availableBytes < pageCount * this.pageSizeBytes ? undefined : this.allocatePages(owner, pageCount)
  }

  releasePages(owner: string, pages: readonly MemoryPage[]): void {
    this.releaseReserved(owner, pages.length * this.pageSizeBytes)
  }

  reserve(owner: string, bytes: number): void {
    if (this.tryReserve(owner, bytes)) return
    throw new FtsError('restartable', 'FTS_MEMORY_EXCEEDED', `${owner} wants ${bytes} of ${this.availableBytes} bytes`)
  }

  tryReserve(owner: string, bytes: number): boolean {
    if (bytes > this.availableBytes) return false
    this.held.set(owner, (this.held.get(owner) ?? 0) + bytes)
    return true
  }

  releaseReserved(owner: string, bytes: number): void {
    const left = (this.held.get(owner) ?? 0) - bytes
    if (left < 0) throw new Error(`${owner} releases more than it holds`)
    if (left === 0) this.held.delete(owner)
    else this.held.set(owner, left)
  }

  releaseAll(owner: string): number {
    const bytes = this.held.get(owner) ?? 0
    this.held.delete(owner)
    return bytes
  }

  usage(): ReadonlyMap<string, number> {
    return this.held
  }

  verifyEmpty(): void {
    if (this.held.size > 0) throw new Error(`still held: ${JSON.stringify([...this.held])}`)
  }
}
