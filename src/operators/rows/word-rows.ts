import type {ColumnBatch, Float64Column, Utf8Column, WordRows} from '../../columns/index.js'

/** What the word operators read of a batch: the first column, and the second where there is one (else each row counts 1). */
export function wordColumnOf(batch: ColumnBatch): Utf8Column {
  return batch.columns[0] as Utf8Column
}

export function countColumnOf(batch: ColumnBatch): Float64Array | undefined {
  return (batch.columns[1] as Float64Column | undefined)?.values
}

/** A batch of WORD_COUNT_SCHEMA as bare arrays. */
export function wordRowsOf(batch: ColumnBatch): WordRows {
  return {words: wordColumnOf(batch), counts: (batch.columns[1] as Float64Column).values, rowCount: batch.rowCount}
}
