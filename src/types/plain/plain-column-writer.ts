import {FLAG_DEFINITIONS, KIND_OBJECTS} from '../wire/message-header.js'
import {MessageWriter} from '../wire/message-writer.js'

const SHAPE_ID = 0

/** Gathers one column of texts or numbers for messages of kind `objects`, without the texts and numbers ever being JavaScript's. */
export abstract class PlainColumnWriter {
  rowCount = 0
  private readonly writer = new MessageWriter()

  protected constructor(private readonly leaf: 'string' | 'number') {}

  abstract get byteLength(): number

  /** The rows as a message that can be read without others; valid until the next. Begins anew. */
  take(): Uint8Array {
    const {writer, rowCount, leaf} = this
    writer.start()
    writer.json([[SHAPE_ID, leaf]])
    writer.pair(SHAPE_ID, rowCount)
    this.writeValues(writer)
    this.clear()
    return writer.finish({kind: KIND_OBJECTS, flags: FLAG_DEFINITIONS, rowCount, extra: 1})
  }

  clear(): void {
    this.rowCount = 0
  }

  protected abstract writeValues(writer: MessageWriter): void
}
