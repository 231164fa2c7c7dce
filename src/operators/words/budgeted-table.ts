import {
  type FrozenWords,
  WORD_TABLE_LIMIT_BYTES_MIN,
  type WordKernel,
  type WordRows,
  type WordTable,
} from '../../columns/index.js'
import {FtsError} from '../../core/index.js'
import type {OperatorContext} from '../operator.js'

/** Small, so that a tiny input costs nothing; grown by doubling. */
const FIRST_RESERVATION_BYTES = 1024 * 1024
/** How many bytes of text are guessed to be one word, to judge whether words come again. */
const TEXT_BYTES_PER_WORD = 8

export interface BudgetedTableOptions {
  /** The largest share of the slot's managed memory that this table may take. */
  readonly memoryShare: number
  /** Grow only while words come again: a larger table combines more of them, but each look-up misses the caches more often. */
  readonly growsOnlyIfCombining?: boolean
}

/**
 * A word table whose limit follows what the operator has reserved of the slot's managed memory. It starts small and doubles
 * when it is half full (near its limit a table grows in small steps, and each builds its index anew), until the budget refuses or the operator's share is used up.
 *
 * Errors   `FTS_MEMORY_EXCEEDED` if not even the smallest table fits into the budget.
 */
export class BudgetedTable {
  readonly table: WordTable
  private readonly owner: string
  private readonly shareBytes: number
  private reservedBytes = 0
  private wordsTaken = 0
  private isFreed = false
  private frozen: FrozenWords | undefined

  constructor(
    kernel: WordKernel,
    private readonly context: OperatorContext,
    private readonly options: BudgetedTableOptions,
  ) {
    this.owner = context.operatorName
    this.shareBytes = Math.max(context.memory.totalBytes * options.memoryShare, WORD_TABLE_LIMIT_BYTES_MIN)
    this.reserveFirst()
    this.table = kernel.newTable(this.reservedBytes)
  }

  /** As `WordTable.countText`: less than `text.length` when the table is full and must not grow. */
  countText(text: Uint8Array, from: number): number {
    return this.fill(from, text.length, (at) => this.table.countText(text, at), 1 / TEXT_BYTES_PER_WORD)
  }

  /** As `WordTable.addRows`. */
  addRows(rows: WordRows, from: number, running?: Float64Array): number {
    const {words, counts, rowCount} = rows
    return this.fill(from, rowCount, (at) => this.table.addRows(words, counts, rowCount, at, running), 1)
  }

  /** As `WordTable.freeze`; may be read when the table has been emptied, too. */
  freeze(): FrozenWords {
    this.keepFrozen()
    const frozen = this.table.freeze()
    this.frozen = frozen
    return frozen
  }

  /** Empties the table and keeps its memory. */
  clear(): void {
    this.keepFrozen()
    this.table.clear()
    this.wordsTaken = 0
  }

  /** Frees the table and gives the reservation back; again does nothing. */
  close(): void {
    if (this.isFreed) return
    this.isFreed = true
    this.keepFrozen()
    this.table.free()
    this.context.memory.releaseReserved(this.owner, this.reservedBytes)
    this.context.metrics.add('managedMemoryBytes', -this.reservedBytes)
  }

  private keepFrozen(): void {
    this.frozen?.keep()
    this.frozen = undefined
  }

  private fill(from: number, end: number, add: (at: number) => number, wordsPerUnit: number): number {
    let at = from
    do {
      const reached = this.add(add, at)
      this.wordsTaken += (reached - at) * wordsPerUnit
      at = reached
    } while (at < end && this.isWorthGrowing() && this.grow())
    if (2 * this.table.memoryBytes > this.reservedBytes && this.isWorthGrowing()) this.grow()
    return at
  }

  /** Adds; a word that an empty table cannot hold makes the table grow, as far as it may. */
  private add(add: (at: number) => number, at: number): number {
    for (;;) {
      try {
        return add(at)
      } catch (error) {
        if (!(error instanceof FtsError && error.code === 'FTS_WORD_TOO_LONG' && this.grow())) throw error
      }
    }
  }

  private isWorthGrowing(): boolean {
    return this.options.growsOnlyIfCombining !== true || this.wordsTaken >= 2 * this.table.size
  }

  private grow(): boolean {
    const missing = Math.min(this.reservedBytes, this.shareBytes - this.reservedBytes)
    const step = Math.floor(Math.min(missing, this.context.memory.availableBytes))
    if (step < WORD_TABLE_LIMIT_BYTES_MIN / 4 || !this.context.memory.tryReserve(this.owner, step)) return false
    this.book(step)
    this.table.setLimit(this.reservedBytes)
    return true
  }

  private reserveFirst(): void {
    const {memory} = this.context
    let bytes = Math.floor(Math.min(FIRST_RESERVATION_BYTES, this.shareBytes))
    while (bytes > memory.availableBytes && bytes > WORD_TABLE_LIMIT_BYTES_MIN) bytes /= 2
    bytes = Math.max(Math.floor(bytes), WORD_TABLE_LIMIT_BYTES_MIN)
    memory.reserve(this.owner, bytes)
    this.book(bytes)
  }

  private book(bytes: number): void {
    this.reservedBytes += bytes
    this.context.metrics.add('managedMemoryBytes', bytes)
  }
}
