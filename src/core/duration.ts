import {FtsError} from './errors.js'

/** A span of time as users write it: a number of milliseconds, or a text such as `'10s'`, `'500ms'`, `'2 min'`, `'1h'`, `'1d'`. */
export type Duration = number | string

/** Flink's spellings, down to the millisecond. Source: Flink 2.3 TimeUtils.TimeUnit. */
const UNITS_MS: ReadonlyMap<string, number> = new Map(
  (
    [
      [1, ['', 'ms', 'milli', 'millis', 'millisecond', 'milliseconds']],
      [1000, ['s', 'sec', 'secs', 'second', 'seconds']],
      [60_000, ['m', 'min', 'minute', 'minutes']],
      [3_600_000, ['h', 'hour', 'hours']],
      [86_400_000, ['d', 'day', 'days']],
    ] as const
  ).flatMap(([factor, names]) => names.map((name) => [name, factor] as const)),
)

/**
 * Milliseconds of a duration, or undefined if it is none. Whole and not negative; a fraction such as `'1.5s'` is allowed
 * where it comes to whole milliseconds.
 */
export function parseDuration(value: Duration): number | undefined {
  if (typeof value === 'number') return isDuration(value) ? value : undefined
  const match = /^\s*(\d{1,15}(?:\.\d{1,9})?)\s*([a-z]*)\s*$/i.exec(value)
  const factor = UNITS_MS.get(match?.[2].toLowerCase() ?? '?')
  if (match === null || factor === undefined) return undefined
  const milliseconds = Number(match[1]) * factor
  const whole = Math.round(milliseconds)
  return isDuration(whole) && Math.abs(milliseconds - whole) < 1e-6 ? whole : undefined
}

/** `parseDuration` for what a user must have given. Errors: `user` FTS_BAD_DURATION; `what` names the place, e.g. `ttl of state "seen"`. */
export function durationMs(value: Duration, what: string): number {
  const milliseconds = typeof value === 'number' || typeof value === 'string' ? parseDuration(value) : undefined
  if (milliseconds !== undefined) return milliseconds
  throw new FtsError(
    'user',
    'FTS_BAD_DURATION',
    `${what}: ${typeof value === 'string' ? `"${value}"` : String(value)} is not a duration of whole milliseconds, 0 or more`,
    {what, value: String(value)},
    {tryThis: "Write a number of milliseconds, or a text with a unit: '500ms', '10s', '2 min', '1h', '1d'."},
  )
}

function isDuration(milliseconds: number): boolean {
  return Number.isSafeInteger(milliseconds) && milliseconds >= 0
}
