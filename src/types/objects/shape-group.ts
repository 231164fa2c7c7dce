import type {MessageWriter} from '../wire/message-writer.js'
import {BooleanLeaf} from './boolean-leaf.js'
import {compileEncoder, type ShapeEncoder} from './compile-encoder.js'
import {EmptyLeaf} from './empty-leaf.js'
import type {LeafBuilder} from './leaf-builder.js'
import {NumberLeaf} from './number-leaf.js'
import {PackedLeaf} from './packed-leaf.js'
import {isLeaf, isTuple, type Leaf, type Shape} from './shape.js'
import {StringLeaf} from './string-leaf.js'

/** The rows of one shape that a message will carry. */
export class ShapeGroup {
  readonly #columns: readonly LeafBuilder[]
  readonly #encode: ShapeEncoder
  #rowCount = 0
  /** Whether the other side knows the shape. */
  isSent = false

  constructor(
    readonly shapeId: number,
    readonly shape: Shape,
    standAlone: boolean,
  ) {
    this.#columns = buildersOf(shape, '', standAlone)
    this.#encode = compileEncoder(shape)
  }

  get rowCount(): number {
    return this.#rowCount
  }

  get byteLength(): number {
    let byteLength = 8
    for (const column of this.#columns) byteLength += 8 + column.byteLength(this.#rowCount)
    return byteLength
  }

  /** Takes records until one does not fit; answers the first that was not taken. */
  append(values: readonly unknown[], rows: Int32Array | undefined, from: number, to: number): number {
    for (const column of this.#columns) column.reserve(this.#rowCount, this.#rowCount + to - from)
    const next = this.#encode(values, rows, from, to, this.#columns, this.#rowCount)
    this.#rowCount += next - from
    return next
  }

  flush(): void {
    for (const column of this.#columns) column.flush()
  }

  write(writer: MessageWriter): void {
    writer.pair(this.shapeId, this.#rowCount)
    for (const column of this.#columns) column.write(writer, this.#rowCount)
  }

  clear(): void {
    for (const column of this.#columns) column.clear()
    this.#rowCount = 0
  }
}

function buildersOf(shape: Shape, path: string, standAlone: boolean): LeafBuilder[] {
  if (isLeaf(shape)) return [newLeaf(shape, path, standAlone)]
  if (isTuple(shape)) return shape.flatMap((item, i) => buildersOf(item, `${path}[${i}]`, standAlone))
  return Object.entries(shape).flatMap(([name, item]) =>
    buildersOf(item, path === '' ? name : `${path}.${name}`, standAlone),
  )
}

function newLeaf(type: Leaf, path: string, standAlone: boolean): LeafBuilder {
  switch (type) {
    case 'number':
      return new NumberLeaf()
    case 'string':
      return new StringLeaf()
    case 'boolean':
      return new BooleanLeaf()
    case 'empty':
      return new EmptyLeaf()
    case 'packed':
      return new PackedLeaf(path, standAlone)
  }
}
