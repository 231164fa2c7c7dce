import {type Duration, durationMs} from '../../core/index.js'
import {badWindow} from './bad-window.js'

/** Milliseconds of a duration above 0. Errors: `user` FTS_BAD_DURATION, FTS_BAD_WINDOW. */
export function positiveMs(value: Duration, what: string): number {
  const milliseconds = durationMs(value, what)
  if (milliseconds > 0) return milliseconds
  throw badWindow(what, 'it is 0, but must be at least 1 ms', "For example '10s' or 10_000.")
}

/** Milliseconds of a duration that may be below 0, as offsets and bounds are: `'-8h'`, -500. Errors: `user` FTS_BAD_DURATION. */
export function signedMs(value: Duration, what: string): number {
  if (typeof value === 'number') return value < 0 ? -durationMs(-value, what) : durationMs(value, what)
  const negative = /^\s*-(.*)$/s.exec(value)
  return negative === null ? durationMs(value, what) : 0 - durationMs(negative[1], what)
}
