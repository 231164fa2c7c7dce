import type {Batch} from '../../../columns/index.js'
import {assert} from '../../../core/index.js'
import type {Operator, OperatorContext, OperatorSnapshot, Output} from '../../../operators/index.js'
import {BadRecordLog} from '../bad/bad-record-log.js'
import {LineNumbers} from '../bad/line-numbers.js'
import {RecordLedger} from '../record-ledger.js'
import {NO_ORIGIN, SplitDecoders, type SplitReading} from '../split-decoders.js'
import {type BadJsonLine, JsonLinesDecoder} from './json-decoder.js'
import type {JsonReadOptions} from './json-options.js'
import {type ResolvedJsonOptions, resolveJsonOptions} from './resolve-json-options.js'

/** Config of `json.parse`, plain data. */
export interface ParseJsonConfig {
  readonly options?: JsonReadOptions
}

/**
 * `json.parse`: blocks of JSON lines to records, one JSON value a line; blank lines are left out.
 *
 * Errors   `user`: FTS_BAD_RECORD (onError: fail).
 */
export class ParseJsonOperator implements Operator {
  private readonly options: ResolvedJsonOptions
  private readonly lines = new LineNumbers()
  private context!: OperatorContext
  private output!: Output
  private decoders!: SplitDecoders<JsonLinesDecoder>
  private badRecords!: BadRecordLog
  private ledger!: RecordLedger
  /** What the block in hand belongs to. */
  private reading!: SplitReading<JsonLinesDecoder>

  constructor(config: ParseJsonConfig) {
    this.options = resolveJsonOptions(config.options)
  }

  open(context: OperatorContext, output: Output): void {
    this.context = context
    this.output = output
    const {onError, sideOutputTag} = this.options
    this.badRecords = new BadRecordLog({onError, tag: sideOutputTag}, context, output)
    this.ledger = new RecordLedger(context.metrics)
    this.decoders = new SplitDecoders(() => new JsonLinesDecoder(this.options, (line) => this.addBad(line)))
    this.decoders.restore(context.restored)
  }

  processBatch(batch: Batch): void {
    assert(batch.kind === 'bytes', 'json.parse gets bytes', {actual: batch.kind})
    const origin = batch.origin ?? NO_ORIGIN
    this.reading = this.decoders.of(origin)
    const rows: unknown[] = []
    this.ledger.linesIn(batch.rowCount)
    this.reading.decoder.decode(batch.bytes, origin.endsSplit, rows)
    this.reading.nextByte = origin.startByte + batch.bytes.length
    this.settle(this.reading.decoder, rows.length)
    if (origin.endsSplit) this.decoders.end(this.reading)
    if (rows.length > 0) this.output.emit({kind: 'objects', rowCount: rows.length, values: rows})
    this.badRecords.flush()
  }

  snapshotState(): OperatorSnapshot {
    return {lists: [this.decoders.snapshot()]}
  }

  finish(): boolean {
    this.badRecords.report()
    return true
  }

  close(): void {}

  private settle(decoder: JsonLinesDecoder, rowCount: number): void {
    this.ledger.recordsOut(rowCount)
    this.ledger.recordsLeft(decoder.blankLines)
    if (decoder.invalidUtf8 > 0) {
      this.context.metrics.add('invalidUtf8', decoder.invalidUtf8)
      this.context.report('invalidUtf8', decoder.invalidUtf8)
    }
    decoder.blankLines = 0
    decoder.invalidUtf8 = 0
    if (decoder.carriedBytes === 0) this.ledger.settle()
  }

  private addBad({kind, line, reason, text}: BadJsonLine): void {
    this.ledger.recordBad()
    const {input, startByte} = this.reading
    const first = startByte === 0 ? 1 : this.lines.lineAt(input, startByte)
    this.badRecords.add(kind, {input, line: first + line, reason, text})
  }
}
