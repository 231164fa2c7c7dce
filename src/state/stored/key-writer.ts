import {isEncoded, type MapKey} from '../keys/map-key.js'

const LATIN1_MAX = 0xff

/** What a part of a row's key is. */
export const KEY_LATIN1 = 1
export const KEY_UTF16 = 2
export const KEY_NUMBER = 3
export const KEY_BIGINT = 4
export const KEY_FALSE = 5
export const KEY_TRUE = 6
export const KEY_NULL = 7
/** Canonical text of an array or object: the original is in the row's value. */
export const KEY_COMPOUND_LATIN1 = 8
export const KEY_COMPOUND_UTF16 = 9
export const KEY_SPAN = 10
export const KEY_VOID = 11

/** Writes bytes one after the other into memory that grows and is used again. */
export class KeyWriter {
  private bytes = Buffer.allocUnsafe(256)
  private view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length)
  private length = 0

  /** Begins anew, after the first `length` bytes of what was written. */
  reset(length: number): void {
    this.length = length
  }

  get position(): number {
    return this.length
  }

  /** What was written; valid until the next `reset`. */
  taken(): Uint8Array {
    return this.bytes.subarray(0, this.length)
  }

  u8(value: number): void {
    this.room(1)
    this.bytes[this.length++] = value
  }

  u16(value: number): void {
    this.room(2)
    this.view.setUint16(this.length, value)
    this.length += 2
  }

  u32(value: number): void {
    this.room(4)
    this.view.setUint32(this.length, value)
    this.length += 4
  }

  f64(value: number): void {
    this.room(8)
    // -0 and 0 are one key.
    this.view.setFloat64(this.length, value === 0 ? 0 : value)
    this.length += 8
  }

  /** A key in the form in which a Map finds it; no key's bytes are the beginning of another's. */
  mapKey(key: MapKey): void {
    switch (typeof key) {
      case 'string':
        if (isEncoded(key) && key.charCodeAt(1) !== ESCAPE) this.text(key, KEY_COMPOUND_LATIN1, KEY_COMPOUND_UTF16)
        else this.text(isEncoded(key) ? key.slice(2) : key, KEY_LATIN1, KEY_UTF16)
        break
      case 'number':
        this.u8(KEY_NUMBER)
        this.f64(key)
        break
      case 'bigint':
        this.text(String(key), KEY_BIGINT, KEY_BIGINT)
        break
      case 'boolean':
        this.u8(key ? KEY_TRUE : KEY_FALSE)
        break
      default:
        this.u8(KEY_NULL)
    }
  }

  /** Kind, length, characters: of one byte each where all of them have room in one. */
  private text(text: string, latin1: number, utf16: number): void {
    const {length} = text
    const isLatin1 = hasOnlyLatin1(text)
    this.u8(isLatin1 ? latin1 : utf16)
    const byteLength = isLatin1 ? length : 2 * length
    this.lengthOf(byteLength)
    this.room(byteLength)
    this.bytes.write(text, this.length, byteLength, isLatin1 ? 'latin1' : 'utf16le')
    this.length += byteLength
  }

  private lengthOf(byteLength: number): void {
    this.u8(Math.min(byteLength, 0xff))
    if (byteLength >= 0xff) this.u32(byteLength)
  }

  private room(byteLength: number): void {
    if (this.length + byteLength <= this.bytes.length) return
    const grown = Buffer.allocUnsafe(2 * (this.length + byteLength))
    this.bytes.copy(grown, 0, 0, this.length)
    this.bytes = grown
    this.view = new DataView(grown.buffer, grown.byteOffset, grown.length)
  }
}

/** The second character of a text that begins with U+0000 and was escaped, see `toMapKey`. */
const ESCAPE = 's'.charCodeAt(0)

function hasOnlyLatin1(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > LATIN1_MAX) return false
  return true
}
