import {grow} from '../columns/grow.js'

/** What stands in a marked row instead of a value. */
export const MARK_NULL = 1
export const MARK_UNDEFINED = 2

/** Remembers which rows of a column are null and which undefined: a byte a row, and nothing while no row is. */
export class Marks {
  #values: Uint8Array = new Uint8Array(0)
  #isUsed = false

  get isUsed(): boolean {
    return this.#isUsed
  }

  /** Rows come in ascending order; those between are not marked. */
  set(row: number, value: null | undefined): void {
    this.#values = grow(this.#values, row, row + 1)
    this.#values[row] = value === null ? MARK_NULL : MARK_UNDEFINED
    this.#isUsed = true
  }

  view(rowCount: number): Uint8Array {
    this.#values = grow(this.#values, this.#values.length, rowCount)
    return this.#values.subarray(0, rowCount)
  }

  clear(): void {
    if (this.#isUsed) this.#values.fill(0)
    this.#isUsed = false
  }
}
