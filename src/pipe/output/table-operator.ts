import type {Batch} from '../../columns/index.js'
import {assert} from '../../core/index.js'
import {type Operator, type OperatorContext, type Output, QuietAlarm} from '../../operators/index.js'
import {TableLayout} from './table-layout.js'

/** Rows that are looked at, before any is printed, to find out how wide columns are. */
const ROWS_LOOKED_AT = 1000
/** What is there is printed when no more has come for so long. */
const TIMES = {quietMs: 200, mostMs: 1000}

/** Records to the lines of a table: columns as wide as their fields, numbers at the right. */
export class TableOperator implements Operator {
  private context!: OperatorContext
  private output!: Output
  private alarm!: QuietAlarm
  private readonly layout = new TableLayout()
  private waiting: unknown[] = []

  open(context: OperatorContext, output: Output): void {
    this.context = context
    this.output = output
    this.alarm = new QuietAlarm(TIMES, context)
  }

  processBatch(batch: Batch): void {
    assert(batch.kind === 'objects', 'records are laid out', {actual: batch.kind})
    for (let row = 0; row < batch.rowCount; row++) this.waiting.push(batch.values[row])
    this.context.metrics.add('recordsCombined', batch.rowCount)
    this.alarm.noteInput()
  }

  drain(): boolean {
    return this.waiting.length >= ROWS_LOOKED_AT || this.alarm.isDue ? this.print() : true
  }

  /** What waits goes before the barrier, so that there is nothing to store. */
  prepareSnapshot(): boolean {
    return this.print()
  }

  finish(): boolean {
    return this.print()
  }

  close(): void {
    this.alarm?.clear()
  }

  private print(): boolean {
    const {waiting} = this
    if (waiting.length > 0) {
      if (!this.output.hasRoom()) return false
      this.waiting = []
      const bytes = Buffer.from(`${this.layout.lines(waiting).join('\n')}\n`)
      this.context.metrics.add('recordsExpanded', waiting.length)
      this.output.emit({kind: 'bytes', bytes, rowCount: waiting.length})
    }
    this.alarm.clear()
    return true
  }
}
