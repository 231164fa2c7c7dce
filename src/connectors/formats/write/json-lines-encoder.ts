import {FtsError} from '../../../core/index.js'
import type {RecordEncoder} from './record-encoder.js'

/** JSON lines, as JSON.stringify writes each record. */
export class JsonLinesEncoder implements RecordEncoder {
  header(): string {
    return ''
  }

  encode(records: readonly unknown[], from: number, to: number): string {
    let text = ''
    for (let row = from; row < to; row++) text += `${jsonOf(records[row])}\n`
    return text
  }
}

function jsonOf(record: unknown): string {
  let text: string | undefined
  let cause: unknown
  try {
    text = JSON.stringify(record)
  } catch (error) {
    cause = error
  }
  if (text !== undefined) return text
  const why = cause === undefined ? `it is ${String(record)}` : (cause as Error).message.split('\n')[0]
  throw new FtsError(
    'user',
    'FTS_CANNOT_ENCODE',
    `a record cannot be written as JSON: ${why}`,
    {},
    {cause, tryThis: 'Map the records to plain objects first: no bigint, no cycles, no functions.'},
  )
}
