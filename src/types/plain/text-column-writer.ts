import {grow} from '../columns/grow.js'
import {ENCODING_LATIN1, ENCODING_UTF16} from '../objects/leaf-builder.js'
import {narrow} from '../objects/string-leaf.js'
import type {MessageWriter} from '../wire/message-writer.js'
import {PlainColumnWriter} from './plain-column-writer.js'

/** Texts that are all latin1, a byte a unit, or all UTF-16. */
export class TextColumnWriter extends PlainColumnWriter {
  private lengths = new Int32Array(0)
  private bytes = new Uint8Array(0)
  private byteCount = 0

  constructor(readonly isWide: boolean) {
    super('string')
  }

  get byteLength(): number {
    return this.byteCount + this.rowCount
  }

  /** Copies a text of so many units from `from` on. */
  add(source: Uint8Array, from: number, units: number): void {
    const {byteCount, rowCount} = this
    const byteLength = this.isWide ? 2 * units : units
    const end = byteCount + byteLength
    if (end > this.bytes.length) this.bytes = grow(this.bytes, byteCount, end)
    if (rowCount === this.lengths.length) this.lengths = grow(this.lengths, rowCount, rowCount + 1)
    copy(source, from, this.bytes, byteCount, byteLength)
    this.lengths[rowCount] = units
    this.byteCount = end
    this.rowCount = rowCount + 1
  }

  override clear(): void {
    super.clear()
    this.byteCount = 0
  }

  protected writeValues(writer: MessageWriter): void {
    const lengths = narrow(this.lengths, this.rowCount)
    writer.columnHeader(this.isWide ? ENCODING_UTF16 : ENCODING_LATIN1, 0, lengths.BYTES_PER_ELEMENT, this.byteCount)
    writer.section(lengths)
    writer.section(this.bytes.subarray(0, this.byteCount))
  }
}

/** A call of `set` costs 40 ns, whatever it copies. */
const SET_FROM_BYTES = 64

function copy(source: Uint8Array, from: number, target: Uint8Array, at: number, byteLength: number): void {
  if (byteLength > SET_FROM_BYTES) target.set(source.subarray(from, from + byteLength), at)
  else for (let i = 0; i < byteLength; i++) target[at + i] = source[from + i]
}
