import type {Batch, RowFormat, WordKernel} from '../../columns/index.js'
import {assert} from '../../core/index.js'
import type {Operator, OperatorContext, Output} from '../operator.js'

/** `rows.format`: rows of (word, count) as lines of bytes, one batch for each. A header is the writing sink's business. */
export class FormatOperator implements Operator {
  private output!: Output
  private kernel!: WordKernel

  constructor(
    private readonly makeKernel: () => WordKernel,
    private readonly format: RowFormat,
  ) {}

  open(_context: OperatorContext, output: Output): void {
    this.output = output
    this.kernel = this.makeKernel()
  }

  processBatch(batch: Batch): void {
    assert(batch.kind === 'columns', 'rows.format gets columns', {actual: batch.kind})
    const bytes = this.kernel.formatRows(batch, this.format)
    this.output.emit({kind: 'bytes', bytes, rowCount: batch.rowCount})
  }

  finish(): boolean {
    return true
  }

  close(): void {}
}
