import type {BlockOrigin} from '../../columns/index.js'
import {FtsError} from '../../core/index.js'
import {countDelimiters, lastDelimiterEnd} from './delimiters.js'
import {countLines} from './text-blocks.js'

const LF = 0x0a
const CR = 0x0d

/** A block of whole lines (or what another delimiter ends); borrowed. */
export interface LineBlock {
  readonly bytes: Uint8Array
  /** Lines in it. */
  readonly rowCount: number
  readonly origin: BlockOrigin
}

/**
 * Cuts what readers give into blocks of whole lines. The incomplete last line moves to the front and is continued by the next read.
 *
 *   [ rest of the last block │ free … ]  ─ read ─▶  [ whole lines │ rest │ free ]
 */
export class LineBlocks {
  private buffer: Buffer
  private filled = 0
  private input = ''
  /** Offset in the input of the buffer's first byte. */
  private startByte = 0

  /** Undefined: line ends. */
  private readonly delimiter: Buffer | undefined

  constructor(
    private readonly blockSizeBytes: number,
    private readonly maxLineBytes: number,
    delimiter = '\n',
  ) {
    this.delimiter = delimiter === '\n' ? undefined : Buffer.from(delimiter)
    this.buffer = Buffer.allocUnsafeSlow(blockSizeBytes)
  }

  start(input: string, startByte: number): void {
    this.input = input
    this.startByte = startByte
    this.filled = 0
  }

  /** Goes on where another was: with the rest that it had, and with what followed. */
  resume(input: string, startByte: number, rest: Uint8Array): void {
    this.start(input, startByte)
    while (this.buffer.length <= rest.length) this.grow()
    this.buffer.set(rest)
    this.filled = rest.length
  }

  /** Offset in the input of what was not given yet. */
  get offset(): number {
    return this.startByte
  }

  /** What was not given yet: the beginning of a line. A copy. */
  rest(): Uint8Array {
    return Uint8Array.from(this.buffer.subarray(0, this.filled))
  }

  /** Bytes of a line that has not ended yet. */
  get restBytes(): number {
    return this.filled
  }

  /** Where the next bytes go. Errors: `user` FTS_LINE_TOO_LONG. */
  free(): Uint8Array {
    if (this.filled > this.maxLineBytes) throw this.lineTooLong()
    if (this.filled === this.buffer.length || this.filled > this.blockSizeBytes / 2) this.grow()
    return this.buffer.subarray(this.filled)
  }

  /** Takes the bytes that were put into `free()`; the whole lines there are now, if any. `moveOn` after using them. */
  accept(byteCount: number): LineBlock | undefined {
    const from = this.filled
    this.filled += byteCount
    const end = this.lastRecordEnd(from)
    return end === 0 ? undefined : this.block(end, false, false)
  }

  /** What is left, as the last block of its split: perhaps empty, perhaps without line end. */
  last(isCut: boolean): LineBlock {
    return this.block(this.filled, true, isCut)
  }

  /** The block was used: its bytes give room. */
  moveOn(block: LineBlock): void {
    const {length} = block.bytes
    this.buffer.copyWithin(0, length, this.filled)
    this.filled -= length
    this.startByte += length
  }

  private lastRecordEnd(from: number): number {
    const {delimiter} = this
    if (delimiter === undefined) return this.lastLineEnd(from)
    return lastDelimiterEnd(this.buffer.subarray(0, this.filled), delimiter, from)
  }

  /** Behind the last `\n`, where the new bytes have one; else, for text that knows only `\r`, behind the last of these that no `\n` can follow. */
  private lastLineEnd(from: number): number {
    const filled = this.buffer.subarray(0, this.filled)
    const lineFeed = filled.lastIndexOf(LF)
    if (lineFeed >= from || this.filled < this.blockSizeBytes) return lineFeed + 1
    return filled.subarray(0, -1).lastIndexOf(CR) + 1
  }

  private block(end: number, endsSplit: boolean, isCut: boolean): LineBlock {
    const bytes = this.buffer.subarray(0, end)
    const rowCount = endsSplit && end > 0 ? this.countLast(bytes) : this.countRecords(bytes)
    return {bytes, rowCount, origin: {input: this.input, startByte: this.startByte, endsSplit, isCut}}
  }

  /** Of bytes that end with a record. */
  private countRecords(bytes: Buffer): number {
    return this.delimiter === undefined ? countLines(bytes) : countDelimiters(bytes, this.delimiter)
  }

  /** What a split ends with is a record, whether or not it has its delimiter. */
  private countLast(bytes: Buffer): number {
    const {delimiter} = this
    const isOpen = delimiter === undefined ? bytes.at(-1) !== LF : lastDelimiterEnd(bytes, delimiter) < bytes.length
    return this.countRecords(bytes) + (isOpen ? 1 : 0)
  }

  private grow(): void {
    const grown = Buffer.allocUnsafeSlow(this.buffer.length * 2)
    this.buffer.copy(grown, 0, 0, this.filled)
    this.buffer = grown
  }

  private lineTooLong(): FtsError {
    const {input, maxLineBytes} = this
    const what = this.delimiter === undefined ? 'line' : 'record'
    const why =
      this.delimiter === undefined
        ? 'that is no text of lines'
        : `there is no ${JSON.stringify(this.delimiter.toString())} in it`
    return new FtsError(
      'user',
      'FTS_LINE_TOO_LONG',
      `${input} has a ${what} of more than ${maxLineBytes} bytes (at byte ${this.startByte}): ${why}`,
      {input, maxLineBytes},
      {tryThis: 'If it is meant, allow more with -D source.text.max-line-size=64m.'},
    )
  }
}
