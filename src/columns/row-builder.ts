import {type ColumnBatch, WORD_COUNT_SCHEMA} from './batch.js'
import type {WordRows} from './word-rows.js'

/** Below this length a loop copies faster than `set` of a new view. */
const LOOP_COPY_BYTES_MAX = 48

/**
 * Gathers rows of (word, count) into arrays of a fixed size that are used again and again; nothing is allocated per row.
 *
 * Full is when the next row does not fit. A single row larger than the byte array is taken all the same, into a larger array.
 */
export class RowBuilder {
  rowCount = 0
  readonly counts: Float64Array
  readonly offsets: Int32Array
  private bytes: Uint8Array

  constructor(
    readonly rowCountMax: number,
    byteCount: number,
  ) {
    this.counts = new Float64Array(rowCountMax)
    this.offsets = new Int32Array(rowCountMax + 1)
    this.bytes = new Uint8Array(byteCount)
  }

  get isEmpty(): boolean {
    return this.rowCount === 0
  }

  /** Copies one row; false, and nothing done, when the builder is full. */
  tryAppend(bytes: Uint8Array, start: number, end: number, count: number): boolean {
    const row = this.rowCount
    const at = this.offsets[row]
    const length = end - start
    if (row === this.rowCountMax) return false
    if (at + length > this.bytes.length) {
      if (row > 0) return false
      this.bytes = new Uint8Array(length)
    }
    this.copy(bytes, start, end, at)
    this.offsets[row + 1] = at + length
    this.counts[row] = count
    this.rowCount = row + 1
    return true
  }

  /** The rows as a view; valid until the next `tryAppend` after `clear`. */
  rows(): WordRows {
    return {
      words: {type: 'utf8', bytes: this.bytes, offsets: this.offsets},
      counts: this.counts,
      rowCount: this.rowCount,
    }
  }

  toBatch(): ColumnBatch {
    const {rowCount} = this
    return {
      kind: 'columns',
      schema: WORD_COUNT_SCHEMA,
      rowCount,
      columns: [
        {type: 'utf8', bytes: this.bytes, offsets: this.offsets.subarray(0, rowCount + 1)},
        {type: 'f64', values: this.counts.subarray(0, rowCount)},
      ],
    }
  }

  clear(): void {
    this.rowCount = 0
  }

  private copy(bytes: Uint8Array, start: number, end: number, at: number): void {
    if (end - start > LOOP_COPY_BYTES_MAX) {
      this.bytes.set(bytes.subarray(start, end), at)
      return
    }
    const target = this.bytes
    for (let i = start; i < end; i++) target[at++] = bytes[i]
  }
}
