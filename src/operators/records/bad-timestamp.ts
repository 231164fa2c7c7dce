import {FtsError} from '../../core/index.js'
import type {OperatorContext} from '../operator.js'
import {operatorPlace} from './operator-place.js'
import {previewRecord} from './preview-record.js'

/** A record whose event time is no finite number of milliseconds. */
export function badTimestamp(context: OperatorContext, timestamp: unknown, record: unknown): FtsError {
  const shown = previewRecord(timestamp)
  return new FtsError(
    'user',
    'FTS_BAD_TIMESTAMP',
    `${operatorPlace(context)}: the timestamp is ${shown}, expected milliseconds since the epoch, for the record ${previewRecord(record)}`,
    {operator: context.displayName ?? context.operatorName, timestamp: shown, record: previewRecord(record)},
    {tryThis: tryThisOf(timestamp)},
  )
}

function tryThisOf(timestamp: unknown): string {
  if (timestamp instanceof Date) return 'Use date.getTime().'
  if (typeof timestamp === 'string') return 'Use Date.parse(text), or Number(text) if it is a number already.'
  if (typeof timestamp === 'bigint') return 'Use Number(value).'
  return 'Does every record have the field? Filter out the others before the timestamps are assigned.'
}
