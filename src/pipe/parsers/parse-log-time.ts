export const MONTHS: readonly string[] = [
  'Jan',
  'Feb',
  'Mar',
  'Apr',
  'May',
  'Jun',
  'Jul',
  'Aug',
  'Sep',
  'Oct',
  'Nov',
  'Dec',
]

const TIME = /^(\d{2})\/([A-Z][a-z]{2})\/(\d{4}):(\d{2}):(\d{2}):(\d{2}) ([+-])(\d{2})(\d{2})$/

/** The time of an access log, `10/Oct/2000:13:55:36 -0700`; undefined if it is none. */
export function parseLogTime(text: string): Date | undefined {
  const match = TIME.exec(text)
  const month = MONTHS.indexOf(match?.[2] ?? '')
  if (match === null || month < 0) return undefined
  const [, day, , year, hour, minute, second, sign, zoneHours, zoneMinutes] = match
  const offsetMs = (Number(zoneHours) * 60 + Number(zoneMinutes)) * 60_000 * (sign === '-' ? -1 : 1)
  const localMs = Date.UTC(Number(year), month, Number(day), Number(hour), Number(minute), Number(second))
  return new Date(localMs - offsetMs)
}
