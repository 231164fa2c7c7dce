import {FtsError} from '../../core/index.js'
import {malformed} from '../wire/message-header.js'
import type {MessageReader} from '../wire/message-reader.js'
import {
  ENCODING_BOOL,
  ENCODING_EMPTY,
  ENCODING_F64,
  ENCODING_I32,
  ENCODING_LATIN1,
  ENCODING_PACKED,
  ENCODING_UTF16,
} from './leaf-builder.js'
import {MARK_NULL, MARK_UNDEFINED} from './marks.js'
import {newUnpacker, type Unpacker} from './packed-codec.js'
import type {Leaf} from './shape.js'

type LeafColumn = ArrayLike<unknown>

const ENCODINGS: Readonly<Record<Leaf, readonly number[]>> = {
  empty: [ENCODING_EMPTY],
  number: [ENCODING_I32, ENCODING_F64],
  string: [ENCODING_LATIN1, ENCODING_UTF16],
  boolean: [ENCODING_BOOL],
  packed: [ENCODING_PACKED],
}

/** Reads the column of one leaf into something to index by row. */
export class LeafReader {
  readonly #type: Leaf
  #unpacker: Unpacker | undefined

  constructor(type: Leaf) {
    this.#type = type
  }

  read(reader: MessageReader, rowCount: number): LeafColumn {
    const {first: encoding, second: hasMarks, third: width, byteLength} = reader.columnHeader()
    if (!ENCODINGS[this.#type].includes(encoding) || hasMarks > 1) {
      throw malformed(`a column of ${this.#type} begins with ${encoding} ${hasMarks}`)
    }
    const values = this.#values(encoding, reader, rowCount, {width, byteLength})
    return hasMarks === 0 ? values : withMarks(values, reader.bytes(rowCount), rowCount)
  }

  #values(
    encoding: number,
    reader: MessageReader,
    rowCount: number,
    text: {readonly width: number; readonly byteLength: number},
  ): LeafColumn {
    switch (encoding) {
      case ENCODING_I32:
        return reader.int32s(rowCount)
      case ENCODING_F64:
        return reader.float64s(rowCount)
      case ENCODING_BOOL:
        return Array.from(reader.bytes(rowCount), (byte) => byte === 1)
      case ENCODING_LATIN1:
        return readStrings(
          lengthsOf(text.width, reader, rowCount),
          asBuffer(reader.bytes(text.byteLength)).latin1Slice(),
        )
      case ENCODING_UTF16:
        return readStrings(lengthsOf(text.width, reader, rowCount), asBuffer(reader.bytes(text.byteLength)).ucs2Slice())
      case ENCODING_PACKED:
        return this.#unpack(reader.bytes(text.byteLength), rowCount)
      default:
        return []
    }
  }

  #unpack(bytes: Uint8Array, rowCount: number): LeafColumn {
    this.#unpacker ??= newUnpacker()
    const values: unknown[] = []
    try {
      this.#unpacker.unpackMultiple(bytes, (chunk: unknown) => {
        for (const value of chunk as readonly unknown[]) values.push(value)
      })
    } catch (cause) {
      if (cause instanceof FtsError) throw cause
      throw malformed('a packed column is not msgpack', cause)
    }
    if (values.length !== rowCount) throw malformed(`a packed column has ${values.length} of ${rowCount} values`)
    return values
  }
}

/** Node's fast slices, which its types leave out. */
interface SliceBuffer {
  latin1Slice(): string
  ucs2Slice(): string
}

function asBuffer(bytes: Uint8Array): SliceBuffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) as unknown as SliceBuffer
}

export function lengthsOf(width: number, reader: MessageReader, rowCount: number): ArrayLike<number> {
  if (width === 1) return reader.bytes(rowCount)
  if (width === 2) return reader.uint16s(rowCount)
  if (width === 4) return reader.int32s(rowCount)
  throw malformed(`lengths of ${width} bytes`)
}

/** Cuts the strings out of their joined text: 10 ns each. From 13 characters on, V8 keeps the whole text for them. */
function readStrings(lengths: ArrayLike<number>, text: string): LeafColumn {
  const strings = new Array<string>(lengths.length)
  let at = 0
  for (let i = 0; i < strings.length; i++) {
    const end = at + lengths[i]
    strings[i] = text.substring(at, end)
    at = end
  }
  if (at !== text.length) throw malformed(`strings of ${at} units in a text of ${text.length}`)
  return strings
}

function withMarks(values: LeafColumn, marks: Uint8Array, rowCount: number): LeafColumn {
  const marked = new Array<unknown>(rowCount)
  for (let i = 0; i < rowCount; i++) marked[i] = marks[i] === 0 ? values[i] : markedValue(marks[i])
  return marked
}

function markedValue(mark: number): null | undefined {
  if (mark !== MARK_NULL && mark !== MARK_UNDEFINED) throw malformed(`a mark is ${mark}`)
  return mark === MARK_NULL ? null : undefined
}
