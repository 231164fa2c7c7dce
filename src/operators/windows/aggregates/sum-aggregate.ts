import type {AggregateFunction} from '../../../state/index.js'
import type {FieldReference} from '../../functions/index.js'
import {previewRecord} from '../../records/preview-record.js'

/**
 * The first element of the window with the sum in the field, as the rolling sum gives it, but without a new record for each element:
 * the accumulator is a copy of the first, in which the sum grows.
 *
 * Errors   TypeError for a field that is neither number nor bigint; the operator adds its name and the record.
 * Source   Flink 2.3 SumAggregator.
 */
export function sumAggregate<T>(field: FieldReference): AggregateFunction<T, T | undefined, T | undefined> {
  const add = (value: T, sum: T | undefined): T => {
    if (sum === undefined) return copyRecord(value)
    const total = sum as Record<FieldReference, unknown>
    const more = (value as Record<FieldReference, unknown>)[field]
    const before = total[field]
    if (typeof before === 'number' && typeof more === 'number') total[field] = before + more
    else if (typeof before === 'bigint' && typeof more === 'bigint') total[field] = before + more
    else throw notNumbers(field, before, more)
    return sum
  }
  return {
    createAccumulator: () => undefined,
    add,
    getResult: (sum) => (sum === undefined ? undefined : copyRecord(sum)),
    merge: (a, b) => (b === undefined ? a : add(b, a)),
  }
}

/** A copy, of the same class, one level deep. */
function copyRecord<T>(record: T): T {
  if (Array.isArray(record)) return record.slice() as T
  if (typeof record !== 'object' || record === null) return record
  const prototype = Object.getPrototypeOf(record)
  return prototype === Object.prototype ? {...record} : Object.assign(Object.create(prototype), record)
}

function notNumbers(field: FieldReference, left: unknown, right: unknown): TypeError {
  const shown = `${previewRecord(left)} and ${previewRecord(right)}`
  return new TypeError(`sum(${JSON.stringify(field)}) adds numbers, or bigints, but the field is ${shown}`)
}
