import {inspect} from 'node:util'

/**
 * A record as one line, as `print()` shows it: a text as it is, a tuple as `(hello,1)`, an object by its own `toString` or else as
 * JSON. Line ends inside of texts stay.
 */
export function recordText(record: unknown): string {
  switch (typeof record) {
    case 'string':
      return record
    case 'object':
      return objectText(record)
    default:
      return String(record)
  }
}

function objectText(record: object | null): string {
  if (record === null) return 'null'
  if (Array.isArray(record)) return `(${record.map(recordText).join(',')})`
  if (record instanceof Date) return Number.isNaN(record.getTime()) ? 'Invalid Date' : record.toISOString()
  if (record.toString !== Object.prototype.toString && typeof record.toString === 'function' && !isBuiltIn(record))
    return record.toString()
  return isBuiltIn(record) ? inspected(record) : (tryJson(record) ?? inspected(record))
}

/** JSON would show them as `{}`. */
function isBuiltIn(record: object): boolean {
  return record instanceof Map || record instanceof Set || ArrayBuffer.isView(record) || record instanceof Error
}

/** Undefined for what JSON cannot say: a bigint, a circle. */
function tryJson(record: object): string | undefined {
  try {
    return JSON.stringify(record)
  } catch {
    return undefined
  }
}

function inspected(record: object): string {
  return inspect(record, {breakLength: Number.POSITIVE_INFINITY, compact: true})
}
