import type {FieldReference} from '../functions/index.js'
import {previewRecord} from './preview-record.js'

/** A record seen as fields by name or position. */
export type Fields = Readonly<Record<FieldReference, unknown>>

type Comparable = number | string | bigint | boolean | Date

/** What is left of the values of a field in two records: the sum, or the extreme. Errors: TypeError for what cannot be added or compared. */
export type FieldFold = (left: unknown, right: unknown) => unknown

export function fieldFold(kind: 'sum' | 'min' | 'max', field: FieldReference): FieldFold {
  if (kind === 'sum') return (left, right) => add(left, right, field)
  if (kind === 'min') return (left, right) => (compareFields(left, right, 'min', field) > 0 ? right : left)
  return (left, right) => (compareFields(left, right, 'max', field) < 0 ? right : left)
}

/** Below zero if `left` is less. */
export function compareFields(left: unknown, right: unknown, kind: string, field: FieldReference): number {
  if (!isComparable(left) || !isComparable(right) || typeof left !== typeof right)
    throw new TypeError(
      `${kind}(${JSON.stringify(field)}) compares numbers, texts or dates, but the field is ${previewRecord(left)} and ${previewRecord(right)}`,
    )
  if (left < right) return -1
  return left > right ? 1 : 0
}

/** A copy of the record, of the same class, one level deep. */
export function copyRecord(record: Fields): Fields {
  if (Array.isArray(record)) return record.slice() as unknown as Fields
  const prototype = Object.getPrototypeOf(record)
  return prototype === Object.prototype ? {...record} : Object.assign(Object.create(prototype), record)
}

function add(left: unknown, right: unknown, field: FieldReference): unknown {
  if (typeof left === 'number' && typeof right === 'number') return left + right
  if (typeof left === 'bigint' && typeof right === 'bigint') return left + right
  throw new TypeError(
    `sum(${JSON.stringify(field)}) adds numbers, or bigints, but the field is ${previewRecord(left)} and ${previewRecord(right)}`,
  )
}

function isComparable(value: unknown): value is Comparable {
  if (typeof value === 'number') return !Number.isNaN(value)
  if (typeof value !== 'object') return value !== undefined && typeof value !== 'function' && typeof value !== 'symbol'
  return value instanceof Date && !Number.isNaN(value.getTime())
}
