import {type Batch, type ColumnBatch, WORD_COUNT_SCHEMA, type WordKernel} from '../../columns/index.js'
import {assert, FtsError} from '../../core/index.js'
import type {Operator, OperatorContext, Output} from '../operator.js'
import {WordRowsReader} from '../rows/word-rows-reader.js'
import type {OperatorSnapshot} from '../snapshots.js'
import {BudgetedTable} from './budgeted-table.js'
import {restoredWords, snapshotWords} from './word-snapshot.js'

/**
 * `words.running-count`: for each row the word and how often it has come up to there, in the order of the input, as a keyed
 * sum in Flink's streaming mode. The counts stay in memory.
 *
 * Errors   `fatal` `FTS_STATE_EXCEEDS_MEMORY` when the distinct words outgrow the managed memory.
 */
export class RunningCountOperator implements Operator {
  private context!: OperatorContext
  private output!: Output
  private reader!: WordRowsReader
  private table: BudgetedTable | undefined
  private running = new Float64Array(1024)

  constructor(private readonly makeKernel: () => WordKernel) {}

  open(context: OperatorContext, output: Output): void {
    this.context = context
    this.output = output
    this.reader = new WordRowsReader(context.operatorName)
    this.table = new BudgetedTable(this.makeKernel(), context, {memoryShare: 1})
    for (const rows of restoredWords(context)) if (this.table.addRows(rows, 0) < rows.rowCount) throw this.outOfMemory()
  }

  snapshotState(): OperatorSnapshot {
    return {keyed: snapshotWords(this.table as BudgetedTable, this.context)}
  }

  processBatch(batch: Batch): void {
    assert(batch.kind === 'columns', 'words.running-count gets columns', {actual: batch.kind})
    const rows = this.reader.read(batch)
    if (rows.rowCount === 0) return
    const running = this.runningFor(rows.rowCount)
    const taken = (this.table as BudgetedTable).addRows(rows, 0, running)
    if (taken < rows.rowCount) throw this.outOfMemory()
    this.output.emit(runningBatch(batch, running))
  }

  finish(): boolean {
    return true
  }

  close(): void {
    this.table?.close()
  }

  private runningFor(rowCount: number): Float64Array {
    if (this.running.length < rowCount) this.running = new Float64Array(rowCount * 2)
    return this.running.subarray(0, rowCount)
  }

  private outOfMemory(): FtsError {
    const {operatorName, memory} = this.context
    const words = this.table?.table.size ?? 0
    const mebibytes = Math.round(memory.totalBytes / (1024 * 1024))
    return new FtsError(
      'fatal',
      'FTS_STATE_EXCEEDS_MEMORY',
      `${operatorName}: the counts of ${words} distinct words fill the slot's managed memory of ${mebibytes} MiB`,
      {distinctWords: words, managedMemoryBytes: memory.totalBytes},
      {
        tryThis:
          'Raise taskmanager.memory.flink.size or taskmanager.memory.managed.fraction, or use --mode batch, which spills to disk.',
      },
    )
  }
}

function runningBatch(batch: ColumnBatch, running: Float64Array): ColumnBatch {
  return {
    ...batch,
    schema: WORD_COUNT_SCHEMA,
    columns: [batch.columns[0], {type: 'f64', values: running}],
  }
}
