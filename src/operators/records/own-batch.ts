import type {ObjectBatch} from '../../columns/index.js'

/** Rows of a borrowed batch in arrays of their own: those of [from, to). */
export function ownBatch({values, timestamps, rowCount}: ObjectBatch, from = 0, to = rowCount): ObjectBatch {
  const own = {kind: 'objects', rowCount: to - from, values: values.slice(from, to)} as const
  return timestamps === undefined ? own : {...own, timestamps: timestamps.slice(from, to)}
}
