import {HEADER_BYTES, malformed} from './message-header.js'

const decoder = new TextDecoder('utf-8', {fatal: true, ignoreBOM: true})

/** Walks the sections of one message. What it gives are views of the message; every step is checked against its end. */
export class MessageReader {
  readonly #bytes: Uint8Array
  #at = HEADER_BYTES

  /** `message.byteOffset` must be a multiple of 8. */
  constructor(message: Uint8Array) {
    this.#bytes = message
  }

  bytes(byteLength: number): Uint8Array {
    const start = this.#take(byteLength)
    return this.#bytes.subarray(start, start + byteLength)
  }

  int32s(count: number): Int32Array {
    const start = this.#take(count * 4)
    return new Int32Array(this.#bytes.buffer, this.#bytes.byteOffset + start, count)
  }

  uint16s(count: number): Uint16Array {
    const start = this.#take(count * 2)
    return new Uint16Array(this.#bytes.buffer, this.#bytes.byteOffset + start, count)
  }

  float64s(count: number): Float64Array {
    const start = this.#take(count * 8)
    return new Float64Array(this.#bytes.buffer, this.#bytes.byteOffset + start, count)
  }

  /** A column's first eight bytes. */
  columnHeader(): {
    readonly first: number
    readonly second: number
    readonly third: number
    readonly byteLength: number
  } {
    const section = this.bytes(8)
    return {first: section[0], second: section[1], third: section[2], byteLength: readUint32(section, 4)}
  }

  pair(): {readonly first: number; readonly second: number} {
    const section = this.bytes(8)
    return {first: readUint32(section, 0), second: readUint32(section, 4)}
  }

  json(): unknown {
    const start = this.#at
    if (start + 4 > this.#bytes.length) throw malformed(`its definitions begin at byte ${start}, past its end`)
    const byteLength = readUint32(this.#bytes, start)
    const text = this.bytes(4 + byteLength).subarray(4)
    try {
      return JSON.parse(decoder.decode(text))
    } catch (cause) {
      throw malformed('its definitions are not JSON', cause)
    }
  }

  /** A message has nothing after its last section. */
  end(): void {
    if (this.#at !== this.#bytes.length) throw malformed(`${this.#bytes.length - this.#at} bytes are left at its end`)
  }

  #take(byteLength: number): number {
    const start = this.#at
    const next = start + Math.ceil(byteLength / 8) * 8
    if (next > this.#bytes.length) {
      throw malformed(`a section of ${byteLength} bytes at byte ${start} goes past its ${this.#bytes.length} bytes`)
    }
    this.#at = next
    return start
  }
}

function readUint32(bytes: Uint8Array, at: number): number {
  return (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0
}
