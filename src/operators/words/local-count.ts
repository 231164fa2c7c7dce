import {type Batch, copyWordRows, type WordKernel, type WordRows} from '../../columns/index.js'
import type {Operator, OperatorContext, Output} from '../operator.js'
import {WordRowsReader} from '../rows/word-rows-reader.js'
import type {LocalCountConfig} from './local-count-config.js'
import {LocalTable} from './local-table.js'

/**
 * `words.local-count`: adds up rows of equal words before the shuffle, as Flink's local aggregation does. What it holds goes
 * out when its memory is full and at the end; a word may come out several times.
 */
export class LocalCountOperator implements Operator {
  private reader!: WordRowsReader
  private table: LocalTable | undefined
  /** Rows of a borrowed batch that wait until the table is flushed. */
  private held: WordRows | undefined
  /** Rows taken into the table since it was last flushed. */
  private rowsHeld = 0
  private isFinishing = false

  constructor(
    private readonly makeKernel: () => WordKernel,
    readonly config: LocalCountConfig,
  ) {}

  open(context: OperatorContext, output: Output): void {
    this.reader = new WordRowsReader(context.operatorName)
    this.table = new LocalTable(this.makeKernel(), context, {
      output,
      memoryShare: this.config.memoryShare,
      flushed: ({rows}) => {
        context.metrics.add('recordsCombined', this.rowsHeld - rows)
        this.rowsHeld = 0
      },
    })
  }

  processBatch(batch: Batch): void {
    this.add(this.reader.read(batch))
  }

  /** What is counted goes before the barrier, so there is no state. */
  prepareSnapshot(checkpointId: number): boolean {
    return this.opened.tryPrepare(checkpointId)
  }

  drain(): boolean {
    while (this.opened.tryFlush()) {
      const rows = this.held
      if (rows === undefined) return true
      this.held = undefined
      this.add(rows)
    }
    return false
  }

  finish(): boolean {
    if (!this.isFinishing) this.opened.beginFlush()
    this.isFinishing = true
    return this.opened.tryFlush()
  }

  close(): void {
    this.table?.close()
  }

  private get opened(): LocalTable {
    return this.table as LocalTable
  }

  private add(rows: WordRows): void {
    const reached = this.opened.addRows(rows, 0)
    this.rowsHeld += reached
    if (reached === rows.rowCount) return
    this.held = copyWordRows(rows, reached)
    this.opened.beginFlush()
  }
}
