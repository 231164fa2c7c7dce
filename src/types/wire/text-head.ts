import type {BytesBatch} from '../../columns/index.js'
import {HEADER_BYTES, KIND_BYTES, writeHeader} from './message-header.js'

/** The header of a message that is one block of text, in memory that is used again. */
export class TextHead {
  readonly #message = new Uint8Array(HEADER_BYTES)

  of({bytes, rowCount}: BytesBatch): Uint8Array {
    writeHeader(this.#message, {kind: KIND_BYTES, flags: 0, rowCount, extra: 0}, HEADER_BYTES + bytes.length)
    return this.#message
  }
}
