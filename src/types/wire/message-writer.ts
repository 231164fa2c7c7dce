import {HEADER_BYTES, type MessageHeader, writeHeader} from './message-header.js'

const encoder = new TextEncoder()
const BYTES_MIN = 1024

/** Lays out one message: a header, then sections that each begin at a multiple of 8. The memory is used again. */
export class MessageWriter {
  #bytes = new Uint8Array(BYTES_MIN)
  #length = HEADER_BYTES

  start(): void {
    this.#length = HEADER_BYTES
  }

  /** The bytes of `values` as they are in memory; every platform that Node runs on is little endian. */
  section(values: ArrayBufferView): void {
    this.reserve(values.byteLength).set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
  }

  /** A zero-padded section to be filled by the caller at once. Its byteOffset is a multiple of 8. */
  reserve(byteLength: number): Uint8Array {
    const start = this.#length
    const padded = (start + byteLength + 7) & ~7
    this.#ensure(padded)
    this.#bytes.fill(0, start + byteLength, padded)
    this.#length = padded
    return this.#bytes.subarray(start, start + byteLength)
  }

  /** Eight bytes: four small numbers and one of 32 bits. */
  columnHeader(first: number, second: number, third: number, byteLength: number): void {
    const section = this.reserve(8)
    section[0] = first
    section[1] = second
    section[2] = third
    section[3] = 0
    writeUint32(section, 4, byteLength)
  }

  pair(first: number, second: number): void {
    const section = this.reserve(8)
    writeUint32(section, 0, first)
    writeUint32(section, 4, second)
  }

  /** JSON in UTF-8 after its length as u32. */
  json(value: unknown): void {
    const text = encoder.encode(JSON.stringify(value))
    const section = this.reserve(4 + text.length)
    writeUint32(section, 0, text.length)
    section.set(text, 4)
  }

  finish(header: MessageHeader): Uint8Array {
    const message = this.#bytes.subarray(0, this.#length)
    writeHeader(message, header)
    return message
  }

  #ensure(byteLength: number): void {
    if (byteLength <= this.#bytes.length) return
    const larger = new Uint8Array(Math.max(byteLength, this.#bytes.length * 2))
    larger.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = larger
  }
}

function writeUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value
  bytes[at + 1] = value >>> 8
  bytes[at + 2] = value >>> 16
  bytes[at + 3] = value >>> 24
}
