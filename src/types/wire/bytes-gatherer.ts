import {type BytesBatch, isAsciiSpace} from '../../columns/index.js'
import {assert} from '../../core/index.js'
import {grow} from '../columns/grow.js'
import type {Gatherer} from './gatherer.js'
import {HEADER_BYTES, KIND_BYTES, writeHeader} from './message-header.js'

/** Gathers blocks of text right behind the place of the header, so that they are copied once. */
export class BytesGatherer implements Gatherer<BytesBatch> {
  #message: Uint8Array = new Uint8Array(HEADER_BYTES)
  #end = HEADER_BYTES
  #rowCount = 0

  get rowCount(): number {
    return this.#rowCount
  }

  get byteLength(): number {
    return this.#end
  }

  /** Not after a block that ends in the middle of a line: the next one would continue its last word. */
  accepts(): boolean {
    return this.#end === HEADER_BYTES || isAsciiSpace(this.#message[this.#end - 1])
  }

  append(batch: BytesBatch, rows: Int32Array | undefined, rowCount: number): void {
    assert(rows === undefined && rowCount === batch.rowCount, 'a block of text is not divided', {rowCount})
    const end = this.#end + batch.bytes.length
    this.#message = grow(this.#message, this.#end, end)
    this.#message.set(batch.bytes, this.#end)
    this.#end = end
    this.#rowCount += rowCount
  }

  take(): Uint8Array {
    const message = this.#message.subarray(0, this.#end)
    writeHeader(message, {kind: KIND_BYTES, flags: 0, rowCount: this.#rowCount, extra: 0})
    this.#end = HEADER_BYTES
    this.#rowCount = 0
    return message
  }

  restart(): void {
    this.#end = HEADER_BYTES
    this.#rowCount = 0
  }
}
