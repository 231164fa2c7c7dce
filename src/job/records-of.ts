import type {Batch} from '../columns/index.js'
import {assert} from '../core/index.js'

/** The records of a batch that was collected. */
export function recordsOf(batch: Batch): readonly unknown[] {
  assert(batch.kind === 'objects', 'records are collected', {actual: batch.kind})
  return batch.values.slice(0, batch.rowCount)
}
