import type {FieldReference} from '../functions/index.js'
import {TextNumbers} from './text-numbers.js'

/** Sums of records that are pairs of a text, which is their key, and a number: `["word", 1]`, or `[1, "word"]`. */
export class PairSums<T> {
  /** The row in hand, for messages. */
  row = 0
  private readonly sums = new TextNumbers()

  private constructor(
    private readonly selectKey: (record: T) => unknown,
    private readonly sumAt: 0 | 1,
  ) {}

  /** Undefined where records that are added up by this field cannot be such pairs. */
  static of<T>(selectKey: (record: T) => unknown, sumField: FieldReference | undefined): PairSums<T> | undefined {
    return sumField === 0 || sumField === 1 ? new PairSums(selectKey, sumField) : undefined
  }

  /** Keys held. */
  get size(): number {
    return this.sums.size
  }

  /** Bytes of long keys. */
  get textBytes(): number {
    return this.sums.textBytes
  }

  /** Adds rows up to the first that is no pair; answers which that is, or how many rows there are. */
  add(values: readonly unknown[], rowCount: number): number {
    const {selectKey, sumAt, sums} = this
    for (let row = 0; row < rowCount; row++) {
      this.row = row
      const record = values[row]
      if (!Array.isArray(record) || record.length !== 2) return row
      const key: unknown = record[1 - sumAt]
      const value: unknown = record[sumAt]
      if (typeof key !== 'string' || typeof value !== 'number' || selectKey(record as T) !== key) return row
      const cell = sums.find(key)
      // The first value is the sum as it is: -0 stays -0.
      if (cell < 0) sums.append(value)
      else sums.set(cell, sums.get(cell) + value)
    }
    return rowCount
  }

  /** One record for each key, in the order in which they first came; afterwards nothing is held. Nothing is added meanwhile. */
  *take(): Generator<T, void> {
    const {sumAt, sums} = this
    for (const [text, sum] of sums.take()) yield (sumAt === 1 ? [text, sum] : [sum, text]) as T
  }
}
