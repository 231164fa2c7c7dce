/** A page of managed memory. `bytes.length` is the manager's page size. */
export interface MemoryPage {
  readonly bytes: Uint8Array
}

/**
 * Hands out a slot's managed memory (sort, hash tables, state, spill buffers) and takes it back.
 *
 * Two ways to use the budget, as in Flink: pages, which the manager owns, and reservations, where the caller allocates
 * elsewhere (a kernel's linear memory, say) and only the bytes are counted. Both draw on one budget.
 *
 * A user can put in an implementation of their own: `taskmanager.memory.manager` takes `pooled`, `simple` or the path of a
 * module whose default export is a `MemoryManagerFactory`.
 *
 * Errors   `restartable` `FTS_MEMORY_EXCEEDED` from `allocatePages` and `reserve`; it names the option to raise. The `try…`
 *          forms answer `undefined` or `false` instead, so that an operator can spill.
 * Source   Flink 2.3 MemoryManager (allocatePages, reserveMemory, verifyEmpty).
 */
export interface MemoryManager {
  readonly pageSizeBytes: number
  readonly totalBytes: number
  readonly availableBytes: number
  allocatePages(owner: string, pageCount: number): readonly MemoryPage[]
  tryAllocatePages(owner: string, pageCount: number): readonly MemoryPage[] | undefined
  releasePages(owner: string, pages: readonly MemoryPage[]): void
  reserve(owner: string, bytes: number): void
  tryReserve(owner: string, bytes: number): boolean
  releaseReserved(owner: string, bytes: number): void
  /** Gives back everything an owner still holds; answers the number of bytes. */
  releaseAll(owner: string): number
  /** What each owner holds now, in bytes. */
  usage(): ReadonlyMap<string, number>
  /** The end of a slot: throws `invariant` when somebody still holds memory. */
  verifyEmpty(): void
}

export interface MemoryManagerOptions {
  readonly totalBytes: number
  readonly pageSizeBytes: number
}

export type MemoryManagerFactory = (options: MemoryManagerOptions) => MemoryManager
