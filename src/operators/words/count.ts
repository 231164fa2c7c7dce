import {type Batch, type ColumnBatch, copyWordRows, type WordKernel, type WordRows} from '../../columns/index.js'
import {assert} from '../../core/index.js'
import type {Operator, OperatorContext, Output} from '../operator.js'
import {firstRows} from '../rows/first-rows.js'
import {WordRowsReader} from '../rows/word-rows-reader.js'
import type {OperatorSnapshot, SnapshotRequest} from '../snapshots.js'
import type {Steps} from '../steps.js'
import {BudgetedTable} from './budgeted-table.js'
import type {CountConfig} from './count-config.js'
import {CountSpill} from './count-spill.js'
import {restoredWords, snapshotWords} from './word-snapshot.js'

const ROWS_PER_BATCH_MAX = 2048

/**
 * `words.count`: the number of each word over the whole input, emitted once at the end in the configured order.
 *
 * While the distinct words fit into the memory it may take, they are in one table. When they do not, all rows go to disk by
 * hash and each part is counted by itself; see `CountSpill`. Each subtask's output is one stream in the configured order.
 */
export class CountOperator implements Operator {
  private context!: OperatorContext
  private output!: Output
  private reader!: WordRowsReader
  private kernel!: WordKernel
  private table: BudgetedTable | undefined
  private spill: CountSpill | undefined
  /** What is going on in pieces; no input is taken meanwhile. */
  private work: Steps | undefined
  private isFinishing = false
  /** All has been emitted. */
  private isDone = false
  private rowsIn = 0
  private rowsOut = 0

  constructor(
    private readonly makeKernel: () => WordKernel,
    private readonly config: CountConfig,
  ) {}

  open(context: OperatorContext, output: Output): void {
    this.context = context
    this.output = output
    this.reader = new WordRowsReader(context.operatorName)
    this.kernel = this.makeKernel()
    this.table = new BudgetedTable(this.kernel, context, {memoryShare: this.config.memoryShare})
    if (context.restored !== undefined) this.work = this.restore()
  }

  prepareSnapshot(): boolean {
    if (this.spill === undefined || this.isFinishing) return true
    this.work ??= this.spill.prepareSnapshot()
    return this.drain()
  }

  /** Counts are stored as columns. No snapshot is taken while they are emitted: input has ended, and a task finishes first. */
  snapshotState(request: SnapshotRequest): OperatorSnapshot {
    if (this.isDone) return {}
    assert(!this.isFinishing, 'counts that are being emitted are not asked for', {operator: this.context.operatorName})
    return {keyed: this.spill?.takeSnapshot(request) ?? snapshotWords(this.opened, this.context)}
  }

  checkpointCompleted(checkpointId: number): void {
    this.spill?.checkpointCompleted(checkpointId)
  }

  checkpointAborted(checkpointId: number): void {
    this.spill?.checkpointAborted(checkpointId)
  }

  processBatch(batch: Batch): void {
    const rows = this.reader.read(batch)
    this.rowsIn += rows.rowCount
    const reached = this.opened.addRows(rows, 0)
    if (reached < rows.rowCount) this.work = this.overflow(copyWordRows(rows, reached))
  }

  drain(): boolean {
    if (this.work === undefined) return true
    if (this.work.next().done !== true) return false
    this.work = undefined
    return true
  }

  finish(): boolean {
    if (!this.isFinishing) this.work = this.spill === undefined ? this.emitTable() : this.emitSpilled(this.spill)
    this.isFinishing = true
    this.isDone = this.drain()
    return this.isDone
  }

  close(): void {
    this.work?.return()
    this.work = undefined
    this.spill?.close()
    this.table?.close()
  }

  private get opened(): BudgetedTable {
    return this.table as BudgetedTable
  }

  /** Nobody sends what is restored: in the ledger it is made here. */
  private *restore(): Steps {
    for (const rows of restoredWords(this.context)) {
      this.rowsIn += rows.rowCount
      this.context.metrics.add('recordsExpanded', rows.rowCount)
      const reached = this.opened.addRows(rows, 0)
      if (reached < rows.rowCount) yield* this.overflow(copyWordRows(rows, reached))
    }
  }

  private *overflow(rows: WordRows): Steps {
    this.spill ??= new CountSpill(this.kernel, this.opened, this.context, this.config)
    for (let from = 0; from < rows.rowCount; ) {
      yield* this.spill.spillTable()
      from = this.opened.addRows(rows, from)
    }
  }

  private *emitTable(): Steps {
    const {table} = this.opened
    table.startReading(this.config.order)
    const distinct = table.size
    while (this.rowsOut < this.config.limit) {
      while (!this.output.hasRoom()) yield
      const batch = table.readRows(ROWS_PER_BATCH_MAX)
      if (batch === undefined) break
      this.emit(batch)
    }
    this.book(distinct)
  }

  private *emitSpilled(spill: CountSpill): Steps {
    this.book(yield* spill.emit((batch) => this.take(batch)))
  }

  /** Emits when there is room; true when the limit is reached. */
  private *take(batch: ColumnBatch): Steps<boolean> {
    while (!this.output.hasRoom()) yield
    this.emit(batch)
    return this.rowsOut >= this.config.limit
  }

  private emit(batch: ColumnBatch): void {
    const taken = firstRows(batch, this.config.limit - this.rowsOut)
    this.rowsOut += taken.rowCount
    this.output.emit(taken)
  }

  private book(distinct: number): void {
    this.context.metrics.add('recordsCombined', this.rowsIn - distinct)
    this.context.metrics.add('recordsFiltered', distinct - this.rowsOut)
  }
}
