import {malformed} from '../wire/message-header.js'
import type {MessageReader} from '../wire/message-reader.js'
import {compileDecoder, type ShapeDecoder} from './compile-decoder.js'
import {LeafReader} from './leaf-reader.js'
import {leavesOf, type Shape} from './shape.js'

/** Reads the records of one shape. */
export class ShapeReader {
  readonly #leaves: readonly LeafReader[]
  readonly #decode: ShapeDecoder
  readonly #shape: string

  constructor(shape: Shape) {
    this.#leaves = leavesOf(shape).map((type) => new LeafReader(type))
    this.#decode = compileDecoder(shape)
    this.#shape = JSON.stringify(shape)
  }

  /** Whether this is the shape, sent again. */
  isFor(shape: Shape): boolean {
    return JSON.stringify(shape) === this.#shape
  }

  read(reader: MessageReader, rowCount: number): unknown[] {
    // A shape without leaves has nothing in the message that would bound its rows.
    if (this.#leaves.length === 0 && rowCount > 2 ** 24) throw malformed(`it has ${rowCount} records without a field`)
    return this.#decode(
      rowCount,
      this.#leaves.map((leaf) => leaf.read(reader, rowCount)),
    )
  }
}
