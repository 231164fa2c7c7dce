import type {ObjectBatch} from '../../columns/index.js'

/** A batch of these records, all of them, with the timestamps if there are any. */
export function objectBatch(values: readonly unknown[], timestamps: Float64Array | undefined): ObjectBatch {
  const rowCount = values.length
  return timestamps === undefined
    ? {kind: 'objects', rowCount, values}
    : {kind: 'objects', rowCount, values, timestamps}
}
