import type {ColumnBatch, Float64Column, Utf8Column} from '../../columns/index.js'

/** Rows of (word, count) as bare arrays, the form in which the word operators pass them on. */
export interface WordRows {
  readonly words: Utf8Column
  readonly counts: Float64Array
  readonly rowCount: number
}

/** What the word operators read of a batch: the first column, and the second where there is one (else each row counts 1). */
export function wordColumnOf(batch: ColumnBatch): Utf8Column {
  return batch.columns[0] as Utf8Column
}

export function countColumnOf(batch: ColumnBatch): Float64Array | undefined {
  return (batch.columns[1] as Float64Column | undefined)?.values
}
