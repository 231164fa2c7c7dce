import type {Batch} from '../columns/index.js'
import {assert} from '../core/index.js'
import type {Operator, OperatorContext, Output} from '../operators/index.js'

/**
 * Blocks of text to the pieces between delimiters, or without a delimiter to each input as a whole. What a block ends with is kept until
 * the next one. A delimiter at the very end makes no empty piece, nor does, without a delimiter, an empty input.
 */
export class TextPiecesOperator implements Operator {
  private context!: OperatorContext
  private output!: Output
  private readonly delimiter: Buffer | undefined
  private carried: Buffer[] = []

  constructor(delimiter: string | undefined) {
    this.delimiter = delimiter === undefined ? undefined : Buffer.from(delimiter)
  }

  open(context: OperatorContext, output: Output): void {
    this.context = context
    this.output = output
  }

  processBatch(batch: Batch): void {
    assert(batch.kind === 'bytes', 'pieces are cut from bytes', {actual: batch.kind})
    const values = this.cut(Buffer.from(batch.bytes))
    if (batch.origin?.endsSplit === true) values.push(...this.rest())
    const surplus = values.length - batch.rowCount
    if (surplus > 0) this.context.metrics.add('recordsExpanded', surplus)
    else if (surplus < 0) this.context.metrics.add('recordsCombined', -surplus)
    if (values.length > 0) this.output.emit({kind: 'objects', rowCount: values.length, values})
  }

  finish(): boolean {
    return true
  }

  close(): void {
    this.carried = []
  }

  private cut(block: Buffer): string[] {
    const {delimiter} = this
    if (delimiter === undefined) {
      this.carried.push(block)
      return []
    }
    const bytes = Buffer.concat([...this.carried, block])
    const pieces: string[] = []
    let start = 0
    for (let end = bytes.indexOf(delimiter); end >= 0; end = bytes.indexOf(delimiter, start)) {
      pieces.push(bytes.toString('utf8', start, end))
      start = end + delimiter.length
    }
    this.carried = [bytes.subarray(start)]
    return pieces
  }

  private rest(): string[] {
    const bytes = Buffer.concat(this.carried)
    this.carried = []
    return bytes.length === 0 ? [] : [bytes.toString('utf8')]
  }
}
