import {CR, type CsvDialect, LF} from './csv-dialect.js'

const TAB = 0x09
const SPACE = 0x20
const FIRST_CAPACITY = 64

/** What `next` found. `blank` lines and `comment` lines are no records; `badQuotes`: text between a closing quote and the next delimiter. */
export type CsvRecordFound = 'record' | 'blank' | 'comment' | 'badQuotes' | 'openQuote' | 'incomplete'

/**
 * The exact reader of one CSV record: every dialect, quotes, escapes, line ends inside of quotes. It is the reference for the generated
 * fast reader, which hands it each record that is not plain.
 *
 * Rules   those of fast-csv where it has a rule: `\n`, `\r\n` and `\r` end a record; a quote opens a quoted field only as its first
 *         character (blanks before it do not count, nor blanks behind the closing one); elsewhere it is an ordinary character; inside of
 *         quotes the escape stands before a quote or itself, and is ordinary before anything else.
 */
export class CsvRecordReader {
  fieldCount = 0
  /** Behind the record and its line end. */
  end = 0
  /** Line ends passed, those inside of quotes included. */
  lines = 0
  /** The bytes of field i without quotes, [starts[i], ends[i]). */
  starts = new Int32Array(FIRST_CAPACITY)
  ends = new Int32Array(FIRST_CAPACITY)
  /** 1: was quoted, 2: has escapes to be resolved. */
  flags = new Uint8Array(FIRST_CAPACITY)
  private bytes: Uint8Array = new Uint8Array(0)
  private limit = 0
  private isLast = false

  constructor(readonly dialect: CsvDialect) {}

  /** Reads the record that begins at `from`. `isLast`: nothing comes after `limit`; else a record that reaches it is `incomplete`. */
  next(bytes: Uint8Array, from: number, limit: number, isLast: boolean): CsvRecordFound {
    this.bytes = bytes
    this.limit = limit
    this.isLast = isLast
    this.fieldCount = 0
    this.lines = 0
    if (bytes[from] === this.dialect.comment && from < limit) return this.skipLine(from) ? 'comment' : 'incomplete'
    return this.readFields(from)
  }

  /** Passes one line, whatever it contains; false when its end is not there yet. */
  skipLine(from: number): boolean {
    let at = from
    while (at < this.limit && this.bytes[at] !== LF && this.bytes[at] !== CR) at++
    return this.endLine(at)
  }

  /** As `skipLine`, for a caller that has not called `next`. */
  nextLine(bytes: Uint8Array, from: number, limit: number, isLast: boolean): boolean {
    this.bytes = bytes
    this.limit = limit
    this.isLast = isLast
    this.lines = 0
    return this.skipLine(from)
  }

  /** The bytes of field i, escapes resolved. Borrowed. */
  fieldBytes(index: number): Uint8Array {
    const raw = this.bytes.subarray(this.starts[index], this.ends[index])
    return (this.flags[index] & 2) === 0 ? raw : this.unescape(raw)
  }

  private readFields(from: number): CsvRecordFound {
    let at = from
    for (;;) {
      const start = this.skipBlanks(at)
      const isQuoted = start < this.limit && this.bytes[start] === this.dialect.quote
      const end = isQuoted ? this.readQuoted(start) : this.readPlain(at)
      if (end < 0) return this.isLast ? 'openQuote' : 'incomplete'
      if (this.isDelimiter(end)) {
        at = end + this.dialect.delimiter.length
        continue
      }
      if (end < this.limit && this.bytes[end] !== LF && this.bytes[end] !== CR) return this.passBadLine(end)
      if (!this.endLine(end)) return 'incomplete'
      return this.isBlank() ? 'blank' : 'record'
    }
  }

  private readPlain(from: number): number {
    let at = from
    while (at < this.limit) {
      const byte = this.bytes[at]
      if (byte === LF || byte === CR || this.isDelimiter(at)) break
      at++
    }
    this.addField(from, at, 0)
    return at
  }

  /** Answers where the field's delimiter or line end should be; -1 when the quote is still open at the limit. */
  private readQuoted(open: number): number {
    const {bytes, limit} = this
    const {quote, escape: escapeByte} = this.dialect
    let flags = 1
    for (let at = open + 1; at < limit; at++) {
      const byte = bytes[at]
      if (byte === escapeByte && at + 1 < limit && (bytes[at + 1] === quote || bytes[at + 1] === escapeByte)) {
        flags = 3
        at++
      } else if (byte === quote) {
        if (at + 1 === limit && !this.isLast) return -1
        this.addField(open + 1, at, flags)
        return this.skipBlanks(at + 1)
      } else if (byte === LF || (byte === CR && bytes[at + 1] !== LF)) this.lines++
    }
    return -1
  }

  private addField(start: number, end: number, flags: number): void {
    if (this.fieldCount === this.starts.length) this.grow()
    this.starts[this.fieldCount] = start
    this.ends[this.fieldCount] = end
    this.flags[this.fieldCount++] = flags
  }

  /** Spaces and tabs, unless they are the delimiter. */
  private skipBlanks(from: number): number {
    let at = from
    while (at < this.limit && (this.bytes[at] === SPACE || this.bytes[at] === TAB) && !this.isDelimiter(at)) at++
    return at
  }

  private isDelimiter(at: number): boolean {
    const {delimiter} = this.dialect
    if (this.bytes[at] !== delimiter[0] || at + delimiter.length > this.limit) return false
    for (let i = 1; i < delimiter.length; i++) if (this.bytes[at + i] !== delimiter[i]) return false
    return true
  }

  private passBadLine(at: number): CsvRecordFound {
    return this.skipLine(at) ? 'badQuotes' : 'incomplete'
  }

  private endLine(at: number): boolean {
    const {bytes, limit} = this
    if (at >= limit) {
      this.end = limit
      return this.isLast
    }
    if (bytes[at] === CR && at + 1 === limit && !this.isLast) return false
    this.end = bytes[at] === CR && at + 1 < limit && bytes[at + 1] === LF ? at + 2 : at + 1
    this.lines++
    return true
  }

  private isBlank(): boolean {
    if (this.fieldCount !== 1 || this.flags[0] !== 0) return false
    return this.skipBlanks(this.starts[0]) >= this.ends[0]
  }

  private unescape(raw: Uint8Array): Uint8Array {
    const {quote, escape: escapeByte} = this.dialect
    const out = new Uint8Array(raw.length)
    let length = 0
    for (let at = 0; at < raw.length; at++) {
      if (raw[at] === escapeByte && at + 1 < raw.length && (raw[at + 1] === quote || raw[at + 1] === escapeByte)) at++
      out[length++] = raw[at]
    }
    return out.subarray(0, length)
  }

  private grow(): void {
    const grown = new Int32Array(this.starts.length * 2)
    grown.set(this.starts)
    const grownEnds = new Int32Array(grown.length)
    grownEnds.set(this.ends)
    const grownFlags = new Uint8Array(grown.length)
    grownFlags.set(this.flags)
    this.starts = grown
    this.ends = grownEnds
    this.flags = grownFlags
  }
}
