/**
 * A key in the form in which JavaScript's Map finds it again: primitives as they are, compound keys as canonical text.
 * A text that begins with U+0000 is escaped, so that no text equals the form of a compound key.
 */
export type MapKey = string | number | bigint | boolean | symbol | null | undefined

const MARK = '\u0000'
const ESCAPED = `${MARK}s`

/**
 * The form of any key. Arrays and objects are compared by content, objects without regard to the order of their fields.
 * An array or object with a part that has no content to compare (a function, a Map, a date, NaN) gives undefined.
 */
export function toMapKey(key: unknown): MapKey {
  if (typeof key === 'string') return key.charCodeAt(0) === 0 ? ESCAPED + key : key
  if (typeof key === 'object' && key !== null) return encodeCompound(key)
  return key as MapKey
}

/** Whether `mapKey` is not the key itself. */
export function isEncoded(mapKey: MapKey): boolean {
  return typeof mapKey === 'string' && mapKey.charCodeAt(0) === 0
}

/** Canonical text of an array or object, or undefined if some part of it has no content to compare. */
export function encodeCompound(key: object): string | undefined {
  const parts: string[] = [MARK]
  return appendPart(parts, key, 0) ? parts.join('') : undefined
}

/** Deeper than any key that is meant; cyclic things end here. */
const DEPTH_MAX = 32

function appendPart(parts: string[], value: unknown, depth: number): boolean {
  switch (typeof value) {
    case 'string':
      parts.push('"', String(value.length), ':', value)
      return true
    case 'number':
      parts.push('n', String(value), ';')
      return !Number.isNaN(value)
    case 'bigint':
      parts.push('i', String(value), ';')
      return true
    case 'boolean':
      parts.push(value ? 't' : 'f')
      return true
    case 'object':
      return value === null ? parts.push('z') > 0 : depth < DEPTH_MAX && appendObject(parts, value, depth)
    default:
      return false
  }
}

function appendObject(parts: string[], value: object, depth: number): boolean {
  if (Array.isArray(value)) return appendArray(parts, value, depth)
  if (Object.prototype.toString.call(value) !== '[object Object]') return false
  parts.push('{')
  for (const name of Object.keys(value).sort()) {
    appendPart(parts, name, depth)
    if (!appendPart(parts, value[name as keyof typeof value], depth + 1)) return false
  }
  parts.push('}')
  return true
}

function appendArray(parts: string[], items: readonly unknown[], depth: number): boolean {
  parts.push('[')
  for (let i = 0; i < items.length; i++) if (!appendPart(parts, items[i], depth + 1)) return false
  parts.push(']')
  return true
}
