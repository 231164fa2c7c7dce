import type {Batch} from '../columns/index.js'
import type {BatchDeserializer} from './batch-serializer.js'
import {ColumnsReader} from './columns/columns-reader.js'
import {ObjectsReader} from './objects/objects-reader.js'
import {HEADER_BYTES, KIND_BYTES, KIND_COLUMNS, readHeader} from './wire/message-header.js'
import {MessageReader} from './wire/message-reader.js'

/**
 * A deserializer for one receiving channel: it reads each message once, in the order of writing. Columns are views of the
 * message when its byteOffset is a multiple of 8; otherwise it is copied first, into memory that the next read uses again.
 */
export function createBatchDeserializer(): BatchDeserializer {
  return new ChannelDeserializer()
}

class ChannelDeserializer implements BatchDeserializer {
  readonly #columns = new ColumnsReader()
  readonly #objects = new ObjectsReader()
  #copy = new Uint8Array(0)

  read(message: Uint8Array): Batch {
    const header = readHeader(message)
    if (header.kind === KIND_BYTES)
      return {kind: 'bytes', bytes: message.subarray(HEADER_BYTES), rowCount: header.rowCount}
    const reader = new MessageReader(this.#aligned(message))
    const batch = header.kind === KIND_COLUMNS ? this.#columns.read(header, reader) : this.#objects.read(header, reader)
    reader.end()
    return batch
  }

  #aligned(message: Uint8Array): Uint8Array {
    if ((message.byteOffset & 7) === 0) return message
    if (this.#copy.length < message.length) this.#copy = new Uint8Array(Math.max(message.length, this.#copy.length * 2))
    this.#copy.set(message)
    return this.#copy.subarray(0, message.length)
  }
}
