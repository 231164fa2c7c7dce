import {ENCODING_F64, ENCODING_I32, ENCODING_LATIN1, ENCODING_UTF16} from '../objects/leaf-builder.js'
import {lengthsOf} from '../objects/leaf-reader.js'
import {FLAG_DEFINITIONS, FLAG_TIMESTAMPS, KIND_OBJECTS, readHeader} from '../wire/message-header.js'
import {MessageReader} from '../wire/message-reader.js'

/** Texts one after the other, and of each how many units it has: bytes, or, where it is wide, pairs of bytes of UTF-16. */
export interface TextColumn {
  readonly kind: 'text'
  readonly isWide: boolean
  readonly lengths: ArrayLike<number>
  readonly bytes: Uint8Array
}

export interface NumberColumn {
  readonly kind: 'number'
  readonly values: Int32Array | Float64Array
}

/**
 * Reads messages of one channel whose records are all texts, or all numbers, as they lie in the message: no text becomes JavaScript's.
 *
 * Errors   `invariant` FTS_BATCH_MALFORMED.
 */
export class PlainColumnReader {
  private readonly shapes = new Map<number, unknown>()

  /** Undefined for any other message: read it, and all of its channel, with a BatchDeserializer. */
  read(message: Uint8Array): TextColumn | NumberColumn | undefined {
    const {kind, flags, rowCount, extra} = readHeader(message)
    if (kind !== KIND_OBJECTS || (flags & FLAG_TIMESTAMPS) !== 0 || extra !== 1) return undefined
    const reader = new MessageReader(message.byteOffset % 8 === 0 ? message : message.slice())
    if ((flags & FLAG_DEFINITIONS) !== 0) this.define(reader.json())
    const {first: shapeId, second: rowsOfShape} = reader.pair()
    const shape = this.shapes.get(shapeId)
    if (rowsOfShape !== rowCount || (shape !== 'string' && shape !== 'number')) return undefined
    return readLeaf(reader, rowCount)
  }

  private define(definitions: unknown): void {
    for (const [shapeId, shape] of definitions as readonly (readonly [number, unknown])[])
      this.shapes.set(shapeId, shape)
  }
}

function readLeaf(reader: MessageReader, rowCount: number): TextColumn | NumberColumn | undefined {
  const {first: encoding, second: hasMarks, third: width, byteLength} = reader.columnHeader()
  if (hasMarks !== 0) return undefined
  if (encoding === ENCODING_I32) return {kind: 'number', values: reader.int32s(rowCount)}
  if (encoding === ENCODING_F64) return {kind: 'number', values: reader.float64s(rowCount)}
  if (encoding !== ENCODING_LATIN1 && encoding !== ENCODING_UTF16) return undefined
  const lengths = lengthsOf(width, reader, rowCount)
  return {kind: 'text', isWide: encoding === ENCODING_UTF16, lengths, bytes: reader.bytes(byteLength)}
}
