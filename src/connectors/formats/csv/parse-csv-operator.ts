import type {Batch, BlockOrigin} from '../../../columns/index.js'
import {assert, type ControlElement, FtsError} from '../../../core/index.js'
import {
  LocalAggregateOperator,
  type Operator,
  type OperatorContext,
  type OperatorSnapshot,
  type Output,
} from '../../../operators/index.js'
import {SharedFileOutput} from '../../sinks/shared-file-output.js'
import {BadRecordLog} from '../bad/bad-record-log.js'
import {LineNumbers} from '../bad/line-numbers.js'
import {FormatJsonOperator} from '../json/format-json-operator.js'
import {RecordLedger} from '../record-ledger.js'
import type {RecordSchema} from '../schema/record-schema.js'
import {NO_ORIGIN, SplitDecoders, type SplitReading} from '../split-decoders.js'
import {type BadCsvRecord, CsvDecoder} from './csv-decoder.js'
import {CsvGroupRows} from './csv-group-rows.js'
import {CsvJsonRows} from './csv-json-rows.js'
import {CsvObjectRows} from './csv-object-rows.js'
import type {CsvReadOptions} from './csv-options.js'
import type {CsvRowTarget} from './csv-row-target.js'
import {type ResolvedCsvOptions, resolveCsvOptions} from './resolve-csv-options.js'

/** Config of `csv.parse`, plain data. */
export interface ParseCsvConfig {
  readonly options?: CsvReadOptions
  /** Every column of the files, as `planCsv` found it; absent: inferred from the first block with a record. */
  readonly schema?: RecordSchema
}

/** Of operator state: the schema, as JSON in UTF-8. */
const SCHEMA_LIST = 'csv schema'

/**
 * `csv.parse`: blocks of CSV text (of `source.lines`) to records, one object a row.
 *
 * Blocks with an origin are put together again to the text of their split, so that quoted fields may reach over blocks. A block without
 * one stands for itself: whole records, no header.
 *
 * Errors   `user`: FTS_BAD_RECORD (onError: fail), FTS_CSV_HEADER, FTS_RECORD_TOO_LONG, FTS_CSV_CUT: the file was cut inside of a quoted field.
 */
export class ParseCsvOperator implements Operator {
  private readonly options: ResolvedCsvOptions
  private context!: OperatorContext
  private output!: Output
  private sharedOutput: SharedFileOutput | undefined
  private decoders!: SplitDecoders<CsvDecoder>
  private badRecords!: BadRecordLog
  private ledger!: RecordLedger
  private readonly lines = new LineNumbers()
  private schema: RecordSchema | undefined
  /** What the block in hand belongs to. */
  private reading!: SplitReading<CsvDecoder>
  private origin: BlockOrigin = NO_ORIGIN

  constructor(
    private readonly config: ParseCsvConfig,
    private readonly target: CsvRowTarget = new CsvObjectRows(),
    private readonly sharedFile?: string,
  ) {
    this.options = resolveCsvOptions(config.options)
    this.schema = config.schema
  }

  get wantedBlockBytes(): number | undefined {
    return this.target.wantedBlockBytes
  }

  open(context: OperatorContext, output: Output): void {
    this.context = context
    this.sharedOutput = SharedFileOutput.over(output, this.sharedFile, context)
    this.output = this.sharedOutput ?? output
    this.target.open?.(context)
    const {onError, sideOutputTag} = this.options
    this.badRecords = new BadRecordLog({onError, tag: sideOutputTag}, context, output)
    this.ledger = new RecordLedger(context.metrics)
    this.decoders = new SplitDecoders(() => this.newDecoder())
    this.restore(context)
  }

  processBatch(batch: Batch): void {
    assert(batch.kind === 'bytes', 'csv.parse gets bytes', {actual: batch.kind})
    this.origin = batch.origin ?? NO_ORIGIN
    this.reading = this.decoders.of(this.origin)
    const {decoder} = this.reading
    this.ledger.linesIn(batch.rowCount)
    decoder.decode(batch.bytes, this.origin.endsSplit)
    this.reading.nextByte = this.origin.startByte + batch.bytes.length
    this.schema ??= decoder.schema
    this.settle(decoder)
    if (this.origin.endsSplit) this.endSplit()
    const rows = this.target.take()
    if (rows !== undefined) this.output.emit(rows)
    this.badRecords.flush()
  }

  /**
   * CSV that is only to be added up, or to become JSON lines, is read without a record being made; the latter unless bad ones have a reader of
   * their own.
   */
  fuseWith(next: Operator): Operator | undefined {
    if (next instanceof LocalAggregateOperator) return new ParseCsvOperator(this.config, new CsvGroupRows(next.plan))
    if (!(next instanceof FormatJsonOperator) || this.options.onError === 'sideOutput') return undefined
    return new ParseCsvOperator(this.config, new CsvJsonRows(), next.options.sharedFile)
  }

  /** Rows that were added up here, and not yet given on, must not wait behind the barrier. */
  prepareSnapshot(): boolean {
    this.emitLast()
    return true
  }

  snapshotState(): OperatorSnapshot {
    const elements = this.schema === undefined ? [] : [new TextEncoder().encode(JSON.stringify(this.schema))]
    return {lists: [this.decoders.snapshot(), {name: SCHEMA_LIST, distribution: 'union', elements}]}
  }

  /** At the last watermark results are given: what was kept back goes before it. */
  processControl(element: ControlElement): void {
    this.emitLast()
    this.output.emitControl(element)
  }

  finish(): boolean {
    this.emitLast()
    this.badRecords.report()
    this.sharedOutput?.finish()
    return true
  }

  close(): void {
    this.sharedOutput?.close()
  }

  /** A schema that was inferred is kept: in the middle of an input there is no header to be inferred from. */
  private restore({restored}: OperatorContext): void {
    this.decoders.restore(restored)
    const [schema] = restored?.lists.find(({name}) => name === SCHEMA_LIST)?.elements ?? []
    if (schema !== undefined) this.schema ??= JSON.parse(new TextDecoder().decode(schema)) as RecordSchema
  }

  private emitLast(): void {
    const rows = this.target.takeLast?.()
    if (rows !== undefined) this.output.emit(rows)
  }

  private newDecoder(): CsvDecoder {
    const {options, schema, target} = this
    return new CsvDecoder({options, schema, target, bad: (record) => this.addBad(record)})
  }

  private settle({tally, carriedBytes}: CsvDecoder): void {
    this.ledger.recordsOut(this.target.rowCount)
    this.ledger.recordsLeft(tally.left)
    if (tally.invalidUtf8 > 0) {
      this.context.metrics.add('invalidUtf8', tally.invalidUtf8)
      this.context.report('invalidUtf8', tally.invalidUtf8)
    }
    tally.left = 0
    tally.invalidUtf8 = 0
    if (carriedBytes === 0) this.ledger.settle()
  }

  private endSplit(): void {
    const {decoder} = this.reading
    this.decoders.end(this.reading)
    if (this.origin.isCut && (decoder.openQuoteLine >= 0 || decoder.isSkipping)) throw this.wrongCut(decoder)
  }

  private addBad(record: BadCsvRecord): void {
    const {kind, line, reason, text} = record
    // Where a split ends inside of quotes, the cut is what is wrong, not the record.
    if (this.reading.decoder.openQuoteLine >= 0 && this.origin.isCut) return
    this.ledger.recordBad()
    this.badRecords.add(kind, {input: this.reading.input, line: this.lineOf(line), reason, text})
  }

  private lineOf(lineInSplit: number): number {
    const {input, startByte} = this.reading
    const first = startByte === 0 ? 1 : this.lines.lineAt(input, startByte)
    return first + lineInSplit
  }

  private wrongCut({openQuoteLine}: CsvDecoder): FtsError {
    const {input} = this.reading
    const what =
      openQuoteLine < 0
        ? 'the lines to be skipped reach over'
        : `a quoted field that begins in line ${this.lineOf(openQuoteLine)} is not closed before`
    return new FtsError(
      'user',
      'FTS_CSV_CUT',
      `${input}: ${what} the place where the file was cut for reading in parallel`,
      {input},
      {tryThis: 'Set multiLine: true, so that each file is read in one piece.'},
    )
  }
}
