const PATTERN =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s?(Z|z|[+-]\d{2}(?::?\d{2})?)?)?$/

/**
 * The instant of an ISO 8601 text (`2026-11-21`, `2026-11-21T08:30:00.125Z`, `2026-11-21 08:30+01:00`) in ms since the epoch; UTC where
 * no zone is named, so that a job gives the same result on every host. Undefined for any other text. Below a millisecond is cut off.
 */
export function parseTimestamp(text: string): number | undefined {
  const match = PATTERN.exec(text)
  if (match === null) return undefined
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z'] = match
  if (!isDay(Number(year), Number(month), Number(day)) || +hour > 23 || +minute > 59 || +second > 59) return undefined
  const offset = zoneMinutes(zone)
  if (offset === undefined) return undefined
  const days = daysSinceEpoch(Number(year), Number(month), Number(day))
  const milliseconds = Number(fraction.slice(0, 3).padEnd(3, '0'))
  return (((days * 24 + +hour) * 60 + +minute - offset) * 60 + +second) * 1000 + milliseconds
}

/** Whether a text is a timestamp that loses nothing as one: it has a time of day, and no more than milliseconds. */
export function isPlainTimestamp(text: string): boolean {
  if (text.length < 16 || !/^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/.test(text)) return false
  return !/[.,]\d{4}/.test(text) && parseTimestamp(text) !== undefined
}

function isDay(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  const days = month === 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31
  return day <= days
}

/** Proleptic Gregorian, year 0 included. Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil. */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146097 + dayOfEra - 719468
}

function zoneMinutes(zone: string): number | undefined {
  if (zone === 'Z' || zone === 'z') return 0
  const hours = Number(zone.slice(1, 3))
  const minutes = Number(zone.slice(3).replace(':', '') || '0')
  if (hours > 23 || minutes > 59) return undefined
  return (zone[0] === '-' ? -1 : 1) * (hours * 60 + minutes)
}
