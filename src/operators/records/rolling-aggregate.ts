import type {FieldReference} from '../functions/index.js'
import {previewRecord} from './preview-record.js'

export type RollingAggregateKind = 'sum' | 'min' | 'max' | 'minBy' | 'maxBy'

export interface RollingAggregateOptions {
  /** minBy and maxBy: which of two records with the same extreme stays. Default: `first`. */
  readonly onTie?: 'first' | 'last'
}

type Fields = Readonly<Record<FieldReference, unknown>>
type Comparable = number | string | bigint | boolean | Date

/**
 * Flink's rolling aggregates as reduce functions, by field name or tuple position:
 *
 *   sum          the first record, with the sum in the field
 *   min, max     the first record, with the extreme in the field: the other fields are not of the record that has it
 *   minBy, maxBy the whole record that has the extreme
 *
 * No record is changed: where the field changes, the result is a copy, of the same class.
 *
 * Errors   TypeError for a field that is no number (sum) or cannot be compared; the operator adds its name and the record.
 * Source   Flink 2.3 SumAggregator, ComparableAggregator.
 */
export function rollingAggregate<T>(
  kind: RollingAggregateKind,
  field: FieldReference,
  options: RollingAggregateOptions = {},
): (a: T, b: T) => T {
  if (kind === 'sum') return sumOf(field) as (a: T, b: T) => T
  const sign = kind.startsWith('min') ? 1 : -1
  const choose: Choice = {field, kind, sign, keepsFirst: options.onTie !== 'last'}
  return (kind.endsWith('By') ? extremeRecord(choose) : extremeField(choose)) as (a: T, b: T) => T
}

interface Choice {
  readonly field: FieldReference
  readonly kind: RollingAggregateKind
  /** 1: the smaller wins; -1: the larger. */
  readonly sign: 1 | -1
  readonly keepsFirst: boolean
}

function sumOf(field: FieldReference): (a: Fields, b: Fields) => Fields {
  return (a, b) => {
    const left = a[field]
    const right = b[field]
    if (typeof left === 'number' && typeof right === 'number') return withField(a, field, left + right)
    if (typeof left === 'bigint' && typeof right === 'bigint') return withField(a, field, left + right)
    throw new TypeError(
      `sum(${JSON.stringify(field)}) adds numbers, or bigints, but the field is ${previewRecord(left)} and ${previewRecord(right)}`,
    )
  }
}

function extremeField({field, kind, sign}: Choice): (a: Fields, b: Fields) => Fields {
  return (a, b) => (sign * compare(a, b, field, kind) > 0 ? withField(a, field, b[field]) : a)
}

function extremeRecord({field, kind, sign, keepsFirst}: Choice): (a: Fields, b: Fields) => Fields {
  return (a, b) => {
    const order = sign * compare(a, b, field, kind)
    if (order === 0) return keepsFirst ? a : b
    return order < 0 ? a : b
  }
}

/** Below zero if the field of `a` is less than that of `b`. */
function compare(a: Fields, b: Fields, field: FieldReference, kind: RollingAggregateKind): number {
  const left = a[field]
  const right = b[field]
  if (!isComparable(left) || !isComparable(right) || typeof left !== typeof right)
    throw new TypeError(
      `${kind}(${JSON.stringify(field)}) compares numbers, texts or dates, but the field is ${previewRecord(left)} and ${previewRecord(right)}`,
    )
  if (left < right) return -1
  return left > right ? 1 : 0
}

function isComparable(value: unknown): value is Comparable {
  if (typeof value === 'number') return !Number.isNaN(value)
  if (typeof value !== 'object') return value !== undefined && typeof value !== 'function' && typeof value !== 'symbol'
  return value instanceof Date && !Number.isNaN(value.getTime())
}

function withField(record: Fields, field: FieldReference, value: unknown): Fields {
  const copy = copyOf(record) as Record<FieldReference, unknown>
  copy[field] = value
  return copy
}

function copyOf(record: Fields): Fields {
  if (Array.isArray(record)) return record.slice() as unknown as Fields
  const prototype = Object.getPrototypeOf(record)
  return prototype === Object.prototype ? {...record} : Object.assign(Object.create(prototype), record)
}
