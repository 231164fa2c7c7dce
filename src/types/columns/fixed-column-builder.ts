import type {Column, ColumnType} from '../../columns/index.js'
import {assert} from '../../core/index.js'
import type {MessageWriter} from '../wire/message-writer.js'
import {COLUMN_CODES, type ColumnBuilder} from './column-builder.js'
import {grow} from './grow.js'
import {ValidityBuilder} from './validity-builder.js'

type Values = Float64Array | Int32Array | Uint8Array

/** Gathers a column whose values all have one size. */
export class FixedColumnBuilder implements ColumnBuilder {
  readonly #type: Exclude<ColumnType, 'utf8'>
  readonly #validity = new ValidityBuilder()
  #values: Values

  constructor(type: Exclude<ColumnType, 'utf8'>) {
    this.#type = type
    this.#values = emptyValues(type)
  }

  append(column: Column, rows: Int32Array | undefined, added: number, rowCount: number): void {
    assert(column.type === this.#type, 'a column has the type its schema says', {is: column.type, says: this.#type})
    const source = (column as {readonly values: Values}).values
    this.#values = grow(this.#values, rowCount, rowCount + added)
    if (rows === undefined) this.#values.set(source.subarray(0, added), rowCount)
    else gather(source, rows, added, this.#values, rowCount)
    this.#validity.append(column.validity, rows, added, rowCount)
  }

  byteLength(rowCount: number): number {
    return rowCount * this.#values.BYTES_PER_ELEMENT
  }

  write(writer: MessageWriter, rowCount: number): void {
    const bits = this.#validity.bits(rowCount)
    writer.columnHeader(COLUMN_CODES[this.#type], bits === undefined ? 0 : 1, 0, 0)
    writer.section(this.#values.subarray(0, rowCount))
    if (bits !== undefined) writer.section(bits)
  }

  clear(): void {
    this.#validity.clear()
  }
}

function emptyValues(type: Exclude<ColumnType, 'utf8'>): Values {
  if (type === 'f64') return new Float64Array(0)
  return type === 'i32' ? new Int32Array(0) : new Uint8Array(0)
}

function gather(source: Values, rows: Int32Array, added: number, target: Values, at: number): void {
  for (let i = 0; i < added; i++) target[at + i] = source[rows[i]]
}
