import type {AggregatePlan, Measure} from './aggregate-plan.js'
import {SUMS_OF_SLOT, type Sums} from './partial.js'

type AnyRecord = Record<string, unknown>

/** Makes the result of a key: its key fields, then its measures. A sum, mean, least or greatest of no value is null, as in SQL. */
export function resultRecord({keyFields, measures}: AggregatePlan): (key: unknown, sums: Sums) => AnyRecord {
  return (key, sums) => {
    const record: AnyRecord = {}
    if (keyFields.length === 1) record[keyFields[0]] = key
    else for (const [index, field] of keyFields.entries()) record[field] = (key as readonly unknown[])[index]
    for (const measure of measures) record[measure.result] = valueOfMeasure(measure, sums)
    return record
  }
}

function valueOfMeasure({kind, slot}: Measure, sums: Sums): number | null {
  if (slot === undefined) return sums[0]
  const at = 1 + SUMS_OF_SLOT * slot
  const values = sums[at]
  if (kind === 'count') return values
  if (values === 0) return null
  if (kind === 'avg') return sums[at + 1] / values
  return sums[at + {sum: 1, min: 2, max: 3}[kind]]
}
