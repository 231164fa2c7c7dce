/** The fields of a record in the order of the header: of an object by name, of an array by position. */
export function fieldsOf(record: unknown, names: readonly string[]): readonly unknown[] {
  if (Array.isArray(record)) return record
  if (typeof record !== 'object' || record === null || record instanceof Date) return [record]
  return names.map((name) => (record as Record<string, unknown>)[name])
}

/** The names that a first record gives: its fields, or `column0`… for an array, or `value`. */
export function namesOfRecord(record: unknown): readonly string[] {
  if (Array.isArray(record)) return record.map((_, index) => `column${index}`)
  if (typeof record !== 'object' || record === null || record instanceof Date) return ['value']
  return Object.keys(record)
}

/** A field as text: nothing for null and undefined, ISO for a Date, JSON for what is nested. */
export function fieldText(value: unknown): string {
  if (typeof value === 'string') return value
  if (value === null || value === undefined) return ''
  if (typeof value !== 'object') return String(value)
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : value.toISOString()
  return JSON.stringify(value)
}
