import type {FieldReference} from '../functions/index.js'
import {compareFields, copyRecord, type Fields, fieldFold} from './field-fold.js'

export type RollingAggregateKind = 'sum' | 'min' | 'max' | 'minBy' | 'maxBy'

export interface RollingAggregateOptions {
  /** minBy and maxBy: which of two records with the same extreme stays. Default: `first`. */
  readonly onTie?: 'first' | 'last'
}

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
  const keepsFirst = options.onTie !== 'last'
  const reduce =
    kind === 'minBy' || kind === 'maxBy' ? extremeRecord(kind, field, keepsFirst) : foldedField(kind, field)
  return reduce as (a: T, b: T) => T
}

function foldedField(kind: 'sum' | 'min' | 'max', field: FieldReference): (a: Fields, b: Fields) => Fields {
  const fold = fieldFold(kind, field)
  return (a, b) => {
    const before = a[field]
    const after = fold(before, b[field])
    return after === before ? a : Object.assign(copyRecord(a), {[field]: after})
  }
}

function extremeRecord(
  kind: 'minBy' | 'maxBy',
  field: FieldReference,
  keepsFirst: boolean,
): (a: Fields, b: Fields) => Fields {
  const sign = kind === 'minBy' ? 1 : -1
  return (a, b) => {
    const order = sign * compareFields(a[field], b[field], kind, field)
    if (order === 0) return keepsFirst ? a : b
    return order < 0 ? a : b
  }
}
