import {type Duration, durationMs} from '../core/index.js'

/** A duration in milliseconds: `duration('1m')` is 60000. */
export function duration(text: Duration): number {
  return durationMs(text, 'duration')
}
