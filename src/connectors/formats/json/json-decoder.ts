import {isUtf8} from 'node:buffer'
import type {BadRecordKind} from '../bad/bad-record.js'
import type {SplitDecoder} from '../split-decoders.js'
import {type ConvertFields, convertFields} from './convert-fields.js'
import type {JsonGroupRows} from './json-group-rows.js'
import type {JsonShape} from './json-shape.js'
import {JsonShapes} from './json-shapes.js'
import type {ResolvedJsonOptions} from './resolve-json-options.js'

const LF = 0x0a
const CR = 0x0d

/** A line that is no record; `line` counts from 0 where the split begins. */
export interface BadJsonLine {
  readonly kind: BadRecordKind
  readonly line: number
  readonly reason: string
  readonly text: string
}

/** What a decoder carries from one block of a split to the next. */
interface JsonDecoderState {
  /** Bytes of an incomplete line, base64. */
  readonly carry: string
  readonly line: number
  readonly isBeginning: boolean
}

/**
 * JSON lines to records, block by block.
 *
 * Records that are written alike (same fields in the same order, same spaces) are read by code generated for their shape; each other line
 * by JSON.parse. Which of the two read a line cannot be told from the result.
 */
export class JsonLinesDecoder implements SplitDecoder {
  /** Line of the next record, from 0 where the split begins. */
  line = 0
  /** Blank lines since the caller last looked. */
  blankLines = 0
  /** Lines with sequences that are not UTF-8, since the caller last looked. */
  invalidUtf8 = 0
  /** Records of the last block that the groups took on bytes. */
  takenOnBytes = 0
  private readonly convert: ConvertFields | undefined
  private carry: Buffer = EMPTY
  private isBeginning = false
  private readonly shapes: JsonShapes

  constructor(
    private readonly options: ResolvedJsonOptions,
    private readonly bad: (line: BadJsonLine) => void,
    private readonly groups?: JsonGroupRows,
  ) {
    this.convert = convertFields(options.schema)
    // Records that a schema changes are not those of the bytes.
    const learned = this.convert === undefined ? (shape: JsonShape) => groups?.learn(shape) : undefined
    this.shapes = new JsonShapes(options.fields, learned)
  }

  start(_input: string, isBeginning: boolean): void {
    this.carry = EMPTY
    this.line = 0
    this.isBeginning = isBeginning
  }

  state(): JsonDecoderState {
    const {carry, line, isBeginning} = this
    return {carry: carry.toString('base64'), line, isBeginning}
  }

  resume(_input: string, state: unknown): void {
    const {carry, line, isBeginning} = state as JsonDecoderState
    this.carry = Buffer.from(carry, 'base64')
    this.line = line
    this.isBeginning = isBeginning
  }

  get carriedBytes(): number {
    return this.carry.length
  }

  /** Adds the records of the block's lines to `rows`; with `groups`, those that these have not taken. */
  decode(block: Uint8Array, isLast: boolean, rows: unknown[]): void {
    const bytes = this.withCarry(block)
    const end = bytes.lastIndexOf(LF) + 1
    const start = this.isBeginning ? markLength(bytes) : 0
    this.isBeginning = false
    const from = rows.length
    this.takenOnBytes = 0
    this.decodeLines(bytes, start, end, rows)
    if (isLast && end < bytes.length) this.decodeLine(bytes, Math.max(start, end), bytes.length, rows)
    this.carry = isLast || end === bytes.length ? EMPTY : Buffer.from(bytes.subarray(Math.max(start, end)))
    if (this.invalidUtf8 === 0 && rows.length > from && !isUtf8(bytes)) this.invalidUtf8 = 1
  }

  private decodeLines(bytes: Buffer, from: number, end: number, rows: unknown[]): void {
    const {groups} = this
    const isOnBytes = groups?.startBlock(bytes) === true
    let text: string | undefined
    for (let at = from; at < end; ) {
      if (isOnBytes && groups.isReady) {
        at = groups.read(at, end)
        this.line += groups.taken
        this.takenOnBytes += groups.taken
        if (at === end) break
      }
      // What no kernel takes is read as a line of its own: the kernels go on behind it. A text of the whole block is not worth it then.
      const before = rows.length
      const reached =
        isOnBytes && groups.isReady
          ? at
          : this.shapes.read(bytes, at, end, (text ??= bytes.toString('latin1', 0, end)), rows)
      if (reached > at) {
        this.taken(bytes, at, before, rows)
        at = reached
        continue
      }
      const lineEnd = bytes.indexOf(LF, at)
      this.decodeLine(bytes, at, lineEnd, rows)
      this.shapes.meet(bytes.subarray(at, bytes[lineEnd - 1] === CR && lineEnd > at ? lineEnd - 1 : lineEnd))
      at = lineEnd + 1
    }
  }

  /** Counts the records from `before` on, one a line from byte `at`, and makes their fields what the schema says. */
  private taken(bytes: Buffer, at: number, before: number, rows: unknown[]): void {
    const {convert} = this
    if (convert !== undefined) this.convertRows(bytes, at, before, rows, convert)
    else this.line += rows.length - before
  }

  private convertRows(bytes: Buffer, at: number, before: number, rows: unknown[], convert: ConvertFields): void {
    let kept = before
    for (let row = before; row < rows.length; row++) {
      const reason = convert(rows[row])
      if (reason === undefined) rows[kept++] = rows[row]
      else this.bad({kind: 'value', line: this.line, reason, text: lineText(bytes, at, row - before)})
      this.line += 1
    }
    rows.length = kept
  }

  private decodeLine(bytes: Buffer, from: number, to: number, rows: unknown[]): void {
    const text = bytes.toString('utf8', from, to)
    if (/^[\t\r ]*$/.test(text)) this.blankLines += 1
    else this.parseLine(text, rows)
    this.line += 1
  }

  private parseLine(text: string, rows: unknown[]): void {
    const line = text.endsWith('\r') ? text.slice(0, -1) : text
    let record: unknown
    try {
      record = JSON.parse(text)
    } catch (error) {
      this.bad({kind: 'json', line: this.line, reason: `it is not JSON: ${reasonOf(error)}`, text: line})
      return
    }
    const picked = this.options.fields === undefined ? record : pick(record, this.options.fields)
    const reason = this.convert?.(picked)
    if (reason === undefined) rows.push(picked)
    else this.bad({kind: 'value', line: this.line, reason, text: line})
  }

  private withCarry(block: Uint8Array): Buffer {
    const bytes = Buffer.from(block.buffer, block.byteOffset, block.length)
    return this.carry.length === 0 ? bytes : Buffer.concat([this.carry, bytes])
  }
}

const EMPTY: Buffer = Buffer.alloc(0)

/** Bytes of the byte order mark that a text may begin with. */
function markLength(bytes: Buffer): number {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
}

/** Line `index` of those that begin at byte `at`. */
function lineText(bytes: Buffer, at: number, index: number): string {
  let from = at
  for (let i = 0; i < index; i++) from = bytes.indexOf(LF, from) + 1
  return bytes.toString('utf8', from, bytes.indexOf(LF, from)).replace(/\r$/, '')
}

function pick(record: unknown, fields: ReadonlySet<string>): unknown {
  if (typeof record !== 'object' || record === null || Array.isArray(record)) return record
  return Object.fromEntries(Object.entries(record).filter(([name]) => fields.has(name)))
}

/** V8's sentence without its excerpt of the text. */
function reasonOf(error: unknown): string {
  const {message} = error as Error
  return message
    .replace(/, (?:\.\.\.)?".*$/s, '')
    .replace(/ in JSON at position/, ' at position')
    .replace(/ \(line .*$/, '')
}
