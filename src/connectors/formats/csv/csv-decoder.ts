import {isUtf8} from 'node:buffer'
import {FtsError} from '../../../core/index.js'
import type {BadRecordKind} from '../bad/bad-record.js'
import type {RecordSchema} from '../schema/record-schema.js'
import type {SplitDecoder} from '../split-decoders.js'
import {csvColumns} from './csv-columns.js'
import {CR, LF} from './csv-dialect.js'
import {CsvRecordReader} from './csv-record-reader.js'
import {CsvRowBuilder} from './csv-row-builder.js'
import type {CsvRowTarget} from './csv-row-target.js'
import {inferCsv, namesOf, recordTexts} from './infer-csv.js'
import type {ResolvedCsvOptions} from './resolve-csv-options.js'

/** A bad record as the decoder sees it: `line` counts from 0 where the split begins. */
export interface BadCsvRecord {
  readonly kind: BadRecordKind
  readonly line: number
  readonly reason: string
  readonly text: string
}

/** What a decoder carries from one block of a split to the next. */
interface CsvDecoderState {
  /** Bytes of an incomplete record, base64. */
  readonly carry: string
  readonly line: number
  readonly isBeginning: boolean
  readonly linesToSkip: number
  readonly needsHeader: boolean
  readonly rowsToSkip: number
}

export interface CsvDecoderParts {
  readonly options: ResolvedCsvOptions
  /** Every column of the input; undefined: inferred from the first block that has a record. */
  readonly schema: RecordSchema | undefined
  /** Gets the records. */
  readonly target: CsvRowTarget
  bad(record: BadCsvRecord): void
}

/** What a call of `decode` did, in records or lines. */
export interface CsvTally {
  /** Header, comments, blank lines, whatever was told to be left out. */
  left: number
  /** Sequences that are not UTF-8, each decoded as U+FFFD. */
  invalidUtf8: number
}

/**
 * CSV bytes to records, block by block: quoted fields may reach over blocks, what is incomplete is carried.
 *
 *   start(input, isBeginning) ─▶ decode(block)* ─▶ decode(last block, isLast)        per split
 *
 * Plain records are read by the target's generated code, each other one by CsvRecordReader and CsvRowBuilder.
 */
export class CsvDecoder implements SplitDecoder {
  schema: RecordSchema | undefined
  readonly tally: CsvTally = {left: 0, invalidUtf8: 0}
  /** Line of the next record (of the current one, while it is being read), from 0 where the split begins. */
  line = 0
  /** The line, counted like `line`, of a last record whose quote is not closed; -1: all are closed. */
  openQuoteLine = -1
  private readonly reader: CsvRecordReader
  private builder: CsvRowBuilder | undefined
  private input = ''
  private carry: Buffer = Buffer.alloc(0)
  private isBeginning = false
  private linesToSkip = 0
  private needsHeader = false
  private rowsToSkip = 0

  constructor(private readonly parts: CsvDecoderParts) {
    this.reader = new CsvRecordReader(parts.options.dialect)
    if (parts.schema !== undefined) this.adopt(parts.schema)
  }

  /** `isBeginning`: the split begins where its file does, with byte order mark, header and lines to be skipped. */
  start(input: string, isBeginning: boolean): void {
    const {options} = this.parts
    this.input = input
    this.carry = Buffer.alloc(0)
    this.line = 0
    this.openQuoteLine = -1
    this.isBeginning = isBeginning
    this.linesToSkip = isBeginning ? options.skipLines : 0
    this.needsHeader = isBeginning && options.hasHeaderLine
    this.rowsToSkip = isBeginning ? options.skipRows : 0
  }

  state(): CsvDecoderState {
    const {carry, line, isBeginning, linesToSkip, needsHeader, rowsToSkip} = this
    return {carry: carry.toString('base64'), line, isBeginning, linesToSkip, needsHeader, rowsToSkip}
  }

  resume(input: string, state: unknown): void {
    const {carry, ...rest} = state as CsvDecoderState
    this.start(input, false)
    Object.assign(this, rest)
    this.carry = Buffer.from(carry, 'base64')
  }

  /** Bytes of an incomplete record that wait for the next block. */
  get carriedBytes(): number {
    return this.carry.length
  }

  /** Lines or records at the beginning that were to be skipped and have not come yet. */
  get isSkipping(): boolean {
    return this.needsHeader || this.linesToSkip > 0 || this.rowsToSkip > 0
  }

  /** Gives the block's records to the target. */
  decode(block: Uint8Array, isLast: boolean): void {
    const bytes = this.withCarry(block)
    this.carryFrom(bytes, this.decodeBytes(bytes, isLast))
    if (this.schema?.length === 0) this.schema = undefined
  }

  /** Answers the offset of what is to be carried. */
  private decodeBytes(bytes: Buffer, isLast: boolean): number {
    let at = this.isBeginning ? markLength(bytes) : 0
    if (this.schema === undefined && !this.infer(bytes.subarray(at), isLast)) return 0
    this.isBeginning = false
    while (this.linesToSkip > 0 && at < bytes.length) {
      if (!this.reader.nextLine(bytes, at, bytes.length, isLast)) return at
      this.linesToSkip -= 1
      this.tally.left += 1
      at = this.passed()
    }
    return this.decodeRecords(bytes, at, isLast)
  }

  private decodeRecords(bytes: Buffer, from: number, isLast: boolean): number {
    const plainEnd = bytes.lastIndexOf(LF) + 1
    this.parts.target.startBlock(bytes, plainEnd)
    let at = from
    while (at < bytes.length) {
      if (at < plainEnd && !this.needsHeader && this.rowsToSkip === 0) at = this.decodePlain(bytes, at, plainEnd)
      if (at === bytes.length || !this.decodeOne(bytes, at, isLast)) break
      at = this.passed()
    }
    return at
  }

  private decodePlain(bytes: Buffer, from: number, end: number): number {
    const {target} = this.parts
    const before = target.rowCount
    const at = target.readPlain(bytes, from, end)
    this.line += target.rowCount - before
    return at
  }

  /** One record by the exact reader; false when it is incomplete. */
  private decodeOne(bytes: Buffer, at: number, isLast: boolean): boolean {
    const found = this.reader.next(bytes, at, bytes.length, isLast)
    switch (found) {
      case 'incomplete':
        return false
      case 'openQuote':
        this.reader.end = bytes.length
        this.openQuoteLine = this.line
        this.bad('quotes', 'a quoted field is never closed', bytes.subarray(at, at + 200))
        return true
      case 'badQuotes':
        this.bad(
          'quotes',
          'there is text between a closing quote and the next delimiter',
          bytes.subarray(at, this.reader.end),
        )
        return true
      case 'record':
        this.takeRecord(bytes, at)
        return true
      default:
        this.tally.left += 1
        return true
    }
  }

  private takeRecord(bytes: Buffer, at: number): void {
    if (this.needsHeader) this.takeHeader()
    else if (this.rowsToSkip > 0) {
      this.rowsToSkip -= 1
      this.tally.left += 1
    } else {
      const built = this.builder!.build(this.reader)
      if (built === undefined) this.tally.left += 1
      else if ('row' in built) this.addRow(built.row, bytes, at)
      else this.bad(built.kind, built.reason, bytes.subarray(at, this.reader.end))
    }
  }

  private addRow(row: Record<string, unknown>, bytes: Buffer, at: number): void {
    this.parts.target.add(row)
    if (!isUtf8(bytes.subarray(at, this.reader.end))) this.tally.invalidUtf8 += 1
  }

  private takeHeader(): void {
    this.needsHeader = false
    this.tally.left += 1
    const {options} = this.parts
    const header = recordTexts(this.reader)
    const names = namesOf(header, header.length, options)
    const expected = this.schema!.map(({name}) => name)
    if (names.length === expected.length && names.every((name, index) => name === expected[index])) return
    throw otherHeader(this.input, names, expected)
  }

  private bad(kind: BadRecordKind, reason: string, bytes: Buffer): void {
    let end = bytes.length
    while (end > 0 && (bytes[end - 1] === LF || bytes[end - 1] === CR)) end--
    this.parts.bad({kind, line: this.line, reason, text: bytes.toString('utf8', 0, end)})
  }

  /** Behind what the exact reader has passed. */
  private passed(): number {
    this.line += Math.max(1, this.reader.lines)
    return this.reader.end
  }

  private infer(bytes: Buffer, isLast: boolean): boolean {
    const inference = inferCsv(bytes, isLast, this.parts.options)
    if (!isLast && (inference === undefined || inference.sampledRows === 0)) return false
    this.adopt(inference?.schema ?? [])
    return true
  }

  private adopt(schema: RecordSchema): void {
    const {options} = this.parts
    this.schema = schema
    const columns = csvColumns(schema, schema.length === 0 ? {fields: undefined, schema: {}} : options)
    this.builder = new CsvRowBuilder(columns, options)
    this.parts.target.setColumns(columns, options, (bytes, from, to) => this.decodeUtf8(bytes, from, to))
  }

  private decodeUtf8(bytes: Buffer, from: number, to: number): string {
    const text = bytes.toString('utf8', from, to)
    if (text.includes('\ufffd') && !isUtf8(bytes.subarray(from, to))) this.tally.invalidUtf8 += 1
    return text
  }

  private withCarry(block: Uint8Array): Buffer {
    const bytes = Buffer.from(block.buffer, block.byteOffset, block.length)
    return this.carry.length === 0 ? bytes : Buffer.concat([this.carry, bytes])
  }

  private carryFrom(bytes: Buffer, at: number): void {
    const {maxRecordBytes} = this.parts.options
    const byteCount = bytes.length - at
    if (byteCount > maxRecordBytes) throw recordTooLong(this.input, this.line, maxRecordBytes)
    this.carry = byteCount === 0 ? EMPTY : Buffer.from(bytes.subarray(at))
  }
}

const EMPTY = Buffer.alloc(0)

/** Bytes of the byte order mark that a text may begin with. */
function markLength(bytes: Buffer): number {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
}

function otherHeader(input: string, names: readonly string[], expected: readonly string[]): FtsError {
  return new FtsError(
    'user',
    'FTS_CSV_HEADER',
    `${input}: its header has the fields ${names.join(', ')}, expected ${expected.join(', ')} as in the first file`,
    {input},
    {
      tryThis:
        'Read files with other fields by a source of their own; for a header that says the same in other words give headers: [names] and renameHeaders: true.',
    },
  )
}

function recordTooLong(input: string, line: number, maxRecordBytes: number): FtsError {
  return new FtsError(
    'user',
    'FTS_RECORD_TOO_LONG',
    `${input}: a record that begins ${line} lines into the part read here has more than ${maxRecordBytes} bytes: is a quote not closed?`,
    {input, maxRecordBytes},
    {tryThis: 'Correct the record, set quote: null if quotes are ordinary characters, or raise maxRecordBytes.'},
  )
}
