import {type Batch, KERNEL_TEXT_BYTES} from '../../../columns/index.js'
import {assert, type ControlElement} from '../../../core/index.js'
import {
  type AggregatePlan,
  FilterOperator,
  LocalAggregateOperator,
  type Operator,
  type OperatorContext,
  type OperatorSnapshot,
  type Output,
} from '../../../operators/index.js'
import {BadRecordLog} from '../bad/bad-record-log.js'
import {LineNumbers} from '../bad/line-numbers.js'
import {RecordLedger} from '../record-ledger.js'
import {NO_ORIGIN, SplitDecoders, type SplitReading} from '../split-decoders.js'
import {type BadJsonLine, JsonLinesDecoder} from './json-decoder.js'
import {type JsonFilter, JsonGroupRows} from './json-group-rows.js'
import type {JsonReadOptions} from './json-options.js'
import {type ResolvedJsonOptions, resolveJsonOptions} from './resolve-json-options.js'

/** What is made of the records instead of giving them on. */
interface JsonGroupingSpec {
  readonly plan: AggregatePlan
  readonly filter: JsonFilter | undefined
}

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
  private readonly groups: JsonGroupRows | undefined
  /** What the block in hand belongs to. */
  private reading!: SplitReading<JsonLinesDecoder>

  constructor(
    private readonly config: ParseJsonConfig,
    private readonly grouping?: JsonGroupingSpec,
  ) {
    this.options = resolveJsonOptions(config.options)
    if (grouping !== undefined) this.groups = new JsonGroupRows(grouping.plan, grouping.filter, this.options.fields)
  }

  get wantedBlockBytes(): number | undefined {
    return this.groups === undefined ? undefined : KERNEL_TEXT_BYTES
  }

  open(context: OperatorContext, output: Output): void {
    this.context = context
    this.output = output
    const {onError, sideOutputTag} = this.options
    this.badRecords = new BadRecordLog({onError, tag: sideOutputTag}, context, output)
    this.ledger = new RecordLedger(context.metrics)
    this.groups?.open(context)
    this.decoders = new SplitDecoders(
      () => new JsonLinesDecoder(this.options, (line) => this.addBad(line), this.groups),
    )
    this.decoders.restore(context.restored)
  }

  processBatch(batch: Batch): void {
    assert(batch.kind === 'bytes', 'json.parse gets bytes', {actual: batch.kind})
    const origin = batch.origin ?? NO_ORIGIN
    this.reading = this.decoders.of(origin)
    const rows: unknown[] = []
    this.ledger.linesIn(batch.rowCount)
    const {decoder} = this.reading
    decoder.decode(batch.bytes, origin.endsSplit, rows)
    this.reading.nextByte = origin.startByte + batch.bytes.length
    const taken = this.groups === undefined ? 0 : decoder.takenOnBytes
    this.settle(decoder, rows.length + taken)
    if (origin.endsSplit) this.decoders.end(this.reading)
    if (this.groups !== undefined) this.groups.add(rows)
    this.give(this.groups === undefined ? batchOf(rows) : this.groups.take())
    this.badRecords.flush()
  }

  /** JSON lines that are only to be added up are read without a record being made. */
  fuseWith(next: Operator): Operator | undefined {
    if (!(next instanceof LocalAggregateOperator) || this.grouping !== undefined) return undefined
    return new ParseJsonOperator(this.config, {plan: next.plan, filter: undefined})
  }

  /** The same behind a filter that can be read from its text. */
  fuseWithBoth(next: Operator, last: Operator, nextName: string): Operator | undefined {
    if (!(next instanceof FilterOperator) || !(last instanceof LocalAggregateOperator)) return undefined
    const {filter, predicate} = next
    if (predicate === undefined || this.grouping !== undefined) return undefined
    return new ParseJsonOperator(this.config, {plan: last.plan, filter: {name: nextName, filter, predicate}})
  }

  /** Rows that were added up here, and not yet given on, must not wait behind the barrier. */
  prepareSnapshot(): boolean {
    this.give(this.groups?.takeLast())
    return true
  }

  /** At the last watermark results are given: what was kept back goes before it. */
  processControl(element: ControlElement): void {
    this.give(this.groups?.takeLast())
    this.output.emitControl(element)
  }

  snapshotState(): OperatorSnapshot {
    return {lists: [this.decoders.snapshot()]}
  }

  finish(): boolean {
    this.give(this.groups?.takeLast())
    this.badRecords.report()
    return true
  }

  close(): void {}

  private give(batch: Batch | undefined): void {
    if (batch !== undefined) this.output.emit(batch)
  }

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

function batchOf(rows: readonly unknown[]): Batch | undefined {
  return rows.length === 0 ? undefined : {kind: 'objects', rowCount: rows.length, values: rows}
}
