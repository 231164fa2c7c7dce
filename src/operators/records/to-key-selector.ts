import {FtsError} from '../../core/index.js'
import type {FieldReference, KeySelector} from '../functions/index.js'

/**
 * A key selector in any of its forms as a plain function. Several fields give an array, in their order. A field that a record does not
 * have gives undefined, which is no key: KeyContext refuses it.
 *
 * Errors   `user` FTS_BAD_KEY_SELECTOR for what is none of the forms.
 */
export function toKeySelector<T, K = unknown>(selector: KeySelector<T, K>): (value: T) => K {
  if (typeof selector === 'function') return selector
  if (isField(selector)) return (value) => fieldOf(value, selector) as K
  if (Array.isArray(selector) && selector.length > 0 && selector.every(isField)) return compoundKey(selector) as never
  if (
    typeof selector === 'object' &&
    selector !== null &&
    'getKey' in selector &&
    typeof selector.getKey === 'function'
  )
    return (value) => selector.getKey(value)
  throw new FtsError(
    'user',
    'FTS_BAD_KEY_SELECTOR',
    `keyBy got ${Array.isArray(selector) ? JSON.stringify(selector) : String(selector)}; expected a function, a field name, a tuple position, or a list of these two`,
    {},
    {
      tryThis:
        "For example: keyBy(order => order.customer), keyBy('customer'), keyBy(0) or keyBy(['country', 'city']).",
    },
  )
}

function compoundKey(fields: readonly FieldReference[]): (value: unknown) => readonly unknown[] {
  if (fields.length === 1) return (value) => [fieldOf(value, fields[0])]
  const [first, second] = fields
  if (fields.length === 2) return (value) => [fieldOf(value, first), fieldOf(value, second)]
  return (value) => fields.map((field) => fieldOf(value, field))
}

function isField(value: unknown): value is FieldReference {
  return typeof value === 'string' ? value !== '' : Number.isSafeInteger(value) && (value as number) >= 0
}

function fieldOf(value: unknown, field: FieldReference): unknown {
  return (value as Readonly<Record<FieldReference, unknown>> | null | undefined)?.[field]
}
