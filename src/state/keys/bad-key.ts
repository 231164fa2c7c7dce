import {FtsError} from '../../core/index.js'

/** A key that cannot be found again. `where` names the operator or the state. */
export function badKey(where: string, key: unknown, cause?: unknown): FtsError {
  const shown = showKey(key)
  return new FtsError(
    'user',
    'FTS_BAD_KEY',
    `${where}: the key is ${shown}; a key is a string, a number, a boolean, a bigint, or an array or object of these`,
    {where, key: shown},
    {
      tryThis: 'Check the key selector: does every record have the field, and is its number a number?',
      ...(cause === undefined ? {} : {cause}),
    },
  )
}

function showKey(key: unknown): string {
  if (typeof key === 'function') return `a function (${key.name || 'anonymous'})`
  if (typeof key !== 'object' || key === null) return String(key)
  const kind = Array.isArray(key) ? 'an array' : `an object (${key.constructor?.name ?? 'Object'})`
  return `${kind} with ${describeFields(key)}`
}

function describeFields(key: object): string {
  const fields = Object.entries(key).map(([name, value]) => `${name}: ${showField(value)}`)
  return fields.length === 0 ? 'no fields' : fields.slice(0, 8).join(', ')
}

function showField(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 40))
  if (typeof value === 'function') return 'a function'
  if (typeof value !== 'object' || value === null) return String(value)
  return Array.isArray(value) ? 'an array' : (value.constructor?.name ?? 'an object')
}
