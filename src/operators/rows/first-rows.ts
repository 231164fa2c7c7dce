import type {Column, ColumnBatch} from '../../columns/index.js'

/** A view of the first `rowCount` rows of a batch; nothing is copied. */
export function firstRows(batch: ColumnBatch, rowCount: number): ColumnBatch {
  if (rowCount >= batch.rowCount) return batch
  return {
    kind: 'columns',
    schema: batch.schema,
    rowCount,
    columns: batch.columns.map((column) => firstOf(column, rowCount)),
    ...(batch.timestamps === undefined ? {} : {timestamps: batch.timestamps.subarray(0, rowCount)}),
    ...(batch.keyHashes === undefined ? {} : {keyHashes: batch.keyHashes.subarray(0, rowCount)}),
  }
}

/** Validity bits begin at row 0, so that those of the first rows are a prefix: they stay as they are. */
function firstOf(column: Column, rowCount: number): Column {
  switch (column.type) {
    case 'utf8':
      return {...column, offsets: column.offsets.subarray(0, rowCount + 1)}
    case 'f64':
      return {...column, values: column.values.subarray(0, rowCount)}
    case 'i32':
      return {...column, values: column.values.subarray(0, rowCount)}
    case 'bool':
      return {...column, values: column.values.subarray(0, rowCount)}
  }
}
