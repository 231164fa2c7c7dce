import {grow} from '../columns/grow.js'
import type {MessageWriter} from '../wire/message-writer.js'
import {ENCODING_F64, ENCODING_I32, type LeafBuilder} from './leaf-builder.js'
import {Marks} from './marks.js'

let integers = new Int32Array(1024)

/** Numbers, gathered as doubles; written as int32 when all of a message are, which halves them and spares the reader boxes. */
export class NumberLeaf implements LeafBuilder {
  values = new Float64Array(0)
  readonly #marks = new Marks()

  reserve(rowCount: number, neededRows: number): void {
    this.values = grow(this.values, rowCount, neededRows)
  }

  /** The row is null or undefined; answers what its value slot gets. */
  mark(row: number, value: null | undefined): 0 {
    this.#marks.set(row, value)
    return 0
  }

  flush(): void {}

  byteLength(rowCount: number): number {
    return rowCount * 8
  }

  write(writer: MessageWriter, rowCount: number): void {
    const hasMarks = this.#marks.isUsed ? 1 : 0
    const isInteger = this.#toIntegers(rowCount)
    writer.columnHeader(isInteger ? ENCODING_I32 : ENCODING_F64, hasMarks, 0, 0)
    writer.section((isInteger ? integers : this.values).subarray(0, rowCount))
    if (hasMarks === 1) writer.section(this.#marks.view(rowCount))
  }

  clear(): void {
    this.#marks.clear()
  }

  /** Whether every value is an int32; -0 is not, it would come back as 0. */
  #toIntegers(rowCount: number): boolean {
    if (integers.length < rowCount) integers = new Int32Array(rowCount * 2)
    const {values} = this
    for (let i = 0; i < rowCount; i++) {
      const value = values[i]
      const integer = value | 0
      if (integer !== value || (integer === 0 && 1 / value < 0)) return false
      integers[i] = integer
    }
    return true
  }
}
