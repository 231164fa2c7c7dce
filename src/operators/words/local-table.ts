import type {WordKernel, WordRows} from '../../columns/index.js'
import type {OperatorContext, Output} from '../operator.js'
import {BudgetedTable} from './budgeted-table.js'

/** Words and counts of so many rows fit into a network segment as a rule, and are then sent as one message that is read in place. */
const ROWS_PER_BATCH_MAX = 1536
/** With fewer rows, those of each range of key groups would be very small batches. */
const GROUPED_ROWS_MIN = 32 * 1024

/**
 * Aggregates before the shuffle in a bounded table; when the table is full, all of it goes out and counting begins anew.
 *
 *   counting ── beginFlush ──▶ flushing ── tryFlush: true ──▶ counting (empty)
 *
 * `flushed` hears of each reading before its rows go out.
 */
export class LocalTable {
  private readonly budgeted: BudgetedTable
  private isFlushing = false
  private preparedId = -1
  /** Alone there is nobody to deal rows to. */
  private readonly keyGroups: number

  constructor(
    kernel: WordKernel,
    context: OperatorContext,
    private readonly options: {
      readonly output: Output
      readonly memoryShare: number
      readonly flushed: (counted: {readonly words: number; readonly invalidUtf8: number; readonly rows: number}) => void
    },
  ) {
    this.keyGroups = context.parallelism > 1 ? context.maxParallelism : 0
    this.budgeted = new BudgetedTable(kernel, context, {memoryShare: options.memoryShare, growsOnlyIfCombining: true})
  }

  reserveInput(minBytes: number): Uint8Array {
    return this.budgeted.table.reserveInput(minBytes)
  }

  /** Less than `text.length` when the table must be flushed first. */
  countText(text: Uint8Array, from: number): number {
    return this.budgeted.countText(text, from)
  }

  /** Less than `rowCount` when the table must be flushed first. */
  addRows(rows: WordRows, from: number): number {
    return this.budgeted.addRows(rows, from)
  }

  beginFlush(): void {
    const {table} = this.budgeted
    table.startReading('none', table.size < GROUPED_ROWS_MIN ? 0 : this.keyGroups)
    const {words, invalidUtf8} = table.stats()
    this.options.flushed({words, invalidUtf8, rows: table.size})
    this.isFlushing = true
  }

  /** Empties the table before a barrier; false: call again when there is room. */
  tryPrepare(checkpointId: number): boolean {
    if (!this.tryFlush()) return false
    if (this.preparedId === checkpointId) return true
    this.preparedId = checkpointId
    this.beginFlush()
    return this.tryFlush()
  }

  /** Emits while there is room; true when nothing waits to be emitted. */
  tryFlush(): boolean {
    const {output} = this.options
    const {table} = this.budgeted
    while (this.isFlushing) {
      if (!output.hasRoom()) return false
      const rows = table.readRows(ROWS_PER_BATCH_MAX)
      if (rows !== undefined) {
        output.emit(rows)
        continue
      }
      this.budgeted.clear()
      this.isFlushing = false
    }
    return true
  }

  close(): void {
    this.budgeted.close()
  }
}
