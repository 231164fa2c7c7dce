import type {WordRows} from './word-rows.js'

/** A copy of the rows [from, rowCount), for an operator that goes on with a borrowed batch after its call has returned. */
export function copyWordRows(rows: WordRows, from: number): WordRows {
  const {offsets, bytes} = rows.words
  const start = offsets[from]
  const rowCount = rows.rowCount - from
  // Not `bytes.slice`: the bytes of a network segment are a Buffer, whose slice is a view.
  const ownBytes = new Uint8Array(bytes.subarray(start, offsets[rows.rowCount]))
  const copied = new Int32Array(rowCount + 1)
  for (let row = 0; row <= rowCount; row++) copied[row] = offsets[from + row] - start
  return {
    words: {type: 'utf8', bytes: ownBytes, offsets: copied},
    counts: rows.counts.slice(from, rows.rowCount),
    rowCount,
  }
}
