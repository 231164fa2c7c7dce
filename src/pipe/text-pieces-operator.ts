import type {Batch} from '../columns/index.js'
import {SplitDecoders} from '../connectors/index.js'
import {assert} from '../core/index.js'
import type {Operator, OperatorContext, OperatorSnapshot, Output} from '../operators/index.js'
import {PieceDecoder} from './piece-decoder.js'

/**
 * Blocks of text to the pieces between delimiters, or without a delimiter to each input as a whole. What a block ends with is kept until
 * the next one. A delimiter at the very end makes no empty piece, nor does, without a delimiter, an empty input.
 */
export class TextPiecesOperator implements Operator {
  private context!: OperatorContext
  private output!: Output
  private readonly decoders: SplitDecoders<PieceDecoder>

  constructor(delimiter: string | undefined) {
    const bytes = delimiter === undefined ? undefined : Buffer.from(delimiter)
    this.decoders = new SplitDecoders(() => new PieceDecoder(bytes))
  }

  open(context: OperatorContext, output: Output): void {
    this.context = context
    this.output = output
    this.decoders.restore(context.restored)
  }

  processBatch(batch: Batch): void {
    assert(
      batch.kind === 'bytes' && batch.origin !== undefined,
      'pieces are cut from blocks that say where they are from',
    )
    const reading = this.decoders.of(batch.origin)
    const values = reading.decoder.cut(Buffer.from(batch.bytes))
    reading.nextByte = batch.origin.startByte + batch.bytes.length
    if (batch.origin.endsSplit) {
      values.push(...reading.decoder.rest())
      this.decoders.end(reading)
    }
    const surplus = values.length - batch.rowCount
    if (surplus > 0) this.context.metrics.add('recordsExpanded', surplus)
    else if (surplus < 0) this.context.metrics.add('recordsCombined', -surplus)
    if (values.length > 0) this.output.emit({kind: 'objects', rowCount: values.length, values})
  }

  snapshotState(): OperatorSnapshot {
    return {lists: [this.decoders.snapshot()]}
  }

  finish(): boolean {
    return true
  }

  close(): void {}
}
