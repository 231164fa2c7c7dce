/** A function's answer as ms since the epoch: of a Date, a number, or an ISO text; NaN, which is refused with its record, for anything else. */
export function toTimestamp<T>(timeOf: (record: T) => unknown): (record: T) => number {
  return (record) => {
    const time = timeOf(record)
    if (typeof time === 'number') return time
    if (time instanceof Date) return time.getTime()
    return typeof time === 'string' ? Date.parse(time) : Number.NaN
  }
}
