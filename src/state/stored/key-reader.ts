import {assert} from '../../core/index.js'
import {
  KEY_BIGINT,
  KEY_COMPOUND_LATIN1,
  KEY_COMPOUND_UTF16,
  KEY_FALSE,
  KEY_LATIN1,
  KEY_NULL,
  KEY_NUMBER,
  KEY_SPAN,
  KEY_TRUE,
  KEY_UTF16,
  KEY_VOID,
} from './key-writer.js'

/** A part of a row's key that does not tell what it was made from: the row's value does. */
export const IN_VALUE = Symbol('in the value')

/** Reads what a KeyWriter wrote. */
export class KeyReader {
  private bytes: Buffer = Buffer.alloc(0)
  private at = 0

  start(bytes: Uint8Array, at: number): void {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    this.at = at
  }

  get position(): number {
    return this.at
  }

  u16(): number {
    this.at += 2
    return this.bytes.readUInt16BE(this.at - 2)
  }

  /** A key, a primitive namespace or a span of time. IN_VALUE: the row's value has it. Undefined: the namespace of keys alone. */
  part(): unknown {
    const kind = this.bytes[this.at++]
    switch (kind) {
      case KEY_LATIN1:
        return this.text('latin1')
      case KEY_UTF16:
        return this.text('utf16le')
      case KEY_NUMBER:
        return this.f64()
      case KEY_BIGINT:
        return BigInt(this.text('latin1'))
      case KEY_FALSE:
        return false
      case KEY_TRUE:
        return true
      case KEY_NULL:
        return null
      case KEY_SPAN:
        return {start: this.f64(), end: this.f64()}
      case KEY_VOID:
        return undefined
      default:
        assert(kind === KEY_COMPOUND_LATIN1 || kind === KEY_COMPOUND_UTF16, 'a row has a key of a known kind', {kind})
        this.text('latin1')
        return IN_VALUE
    }
  }

  private f64(): number {
    this.at += 8
    return this.bytes.readDoubleBE(this.at - 8)
  }

  private text(encoding: 'latin1' | 'utf16le'): string {
    let byteLength = this.bytes[this.at++]
    if (byteLength === 0xff) {
      byteLength = this.bytes.readUInt32BE(this.at)
      this.at += 4
    }
    this.at += byteLength
    return this.bytes.toString(encoding, this.at - byteLength, this.at)
  }
}
