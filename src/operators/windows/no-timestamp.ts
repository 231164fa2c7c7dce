import {FtsError} from '../../core/index.js'

/** An event-time operator got a record whose timestamp is none. `what` names the operation, e.g. `TumblingEventTimeWindows`. */
export function noTimestamp(what: string, timestampMs: number): FtsError {
  const is = Number.isNaN(timestampMs) ? 'the timestamp NaN' : 'no timestamp'
  return new FtsError(
    'user',
    'FTS_NO_TIMESTAMP',
    `${what} works in event time, but a record has ${is}`,
    {what},
    {
      tryThis:
        'Did you forget to call assignTimestampsAndWatermarks(…) before it? Else use windows in processing time.',
    },
  )
}
