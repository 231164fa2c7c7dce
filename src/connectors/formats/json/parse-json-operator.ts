import type {Batch, BlockOrigin} from '../../../columns/index.js'
import {assert} from '../../../core/index.js'
import type {Operator, OperatorContext, Output} from '../../../operators/index.js'
import {BadRecordLog} from '../bad/bad-record-log.js'
import {LineNumbers} from '../bad/line-numbers.js'
import {RecordLedger} from '../record-ledger.js'
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
  private decoder!: JsonLinesDecoder
  private badRecords!: BadRecordLog
  private ledger!: RecordLedger
  private input = 'the input'
  private splitStart = 0
  private isInSplit = false

  constructor(config: ParseJsonConfig) {
    this.options = resolveJsonOptions(config.options)
  }

  open(context: OperatorContext, output: Output): void {
    this.context = context
    this.output = output
    const {onError, sideOutputTag} = this.options
    this.badRecords = new BadRecordLog({onError, tag: sideOutputTag}, context, output)
    this.ledger = new RecordLedger(context.metrics)
    this.decoder = new JsonLinesDecoder(this.options, (line) => this.addBad(line))
  }

  processBatch(batch: Batch): void {
    assert(batch.kind === 'bytes', 'json.parse gets bytes', {actual: batch.kind})
    const isLast = this.enter(batch.origin)
    const rows: unknown[] = []
    this.ledger.linesIn(batch.rowCount)
    this.decoder.decode(batch.bytes, isLast, rows)
    this.settle(rows.length)
    if (isLast) this.isInSplit = false
    if (rows.length > 0) this.output.emit({kind: 'objects', rowCount: rows.length, values: rows})
    this.badRecords.flush()
  }

  finish(): boolean {
    this.badRecords.report()
    return true
  }

  close(): void {}

  /** Notes where the block belongs; true when its split ends with it. A block without origin stands for itself. */
  private enter(origin: BlockOrigin | undefined): boolean {
    if (origin === undefined) {
      this.decoder.start(false)
      return true
    }
    if (!this.isInSplit) {
      this.isInSplit = true
      this.input = origin.input
      this.splitStart = origin.startByte
      this.decoder.start(origin.startByte === 0)
    }
    return origin.endsSplit
  }

  private settle(rowCount: number): void {
    const {decoder} = this
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
    const first = this.splitStart === 0 ? 1 : this.lines.lineAt(this.input, this.splitStart)
    this.badRecords.add(kind, {input: this.input, line: first + line, reason, text})
  }
}
