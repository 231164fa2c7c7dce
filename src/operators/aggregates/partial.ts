import type {AggregatePlan} from './aggregate-plan.js'

/**
 * What has been added up for a key so far: the number of records, then for each slot of the plan four numbers: values, sum, least, greatest
 * (infinities while there is no value).
 */
export type Sums = number[]

export const SUMS_OF_SLOT = 4

export function newSums({valueFields}: Pick<AggregatePlan, 'valueFields'>): Sums {
  const sums = [0]
  for (let slot = 0; slot < valueFields.length; slot++)
    sums.push(0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY)
  return sums
}

/**
 * Adds a record. Null and undefined are no values, as in SQL.
 *
 * Errors   TypeError for a value that is no number.
 */
export function addRecord(sums: Sums, record: Readonly<Record<string, unknown>>, valueFields: readonly string[]): void {
  sums[0] += 1
  for (let slot = 0; slot < valueFields.length; slot++) {
    const value = record[valueFields[slot]]
    if (value === null || value === undefined) continue
    if (typeof value !== 'number') throw notANumber(valueFields[slot], value)
    addValue(sums, 1 + SUMS_OF_SLOT * slot, value)
  }
}

/** Adds what was added up elsewhere. */
export function addSums(sums: Sums, others: ArrayLike<number>): void {
  sums[0] += others[0]
  for (let at = 1; at < sums.length; at += SUMS_OF_SLOT) {
    sums[at] += others[at]
    sums[at + 1] += others[at + 1]
    keepLeast(sums, at + 2, others[at + 2])
    keepMost(sums, at + 3, others[at + 3])
  }
}

function addValue(sums: Sums, at: number, value: number): void {
  sums[at] += 1
  sums[at + 1] += value
  keepLeast(sums, at + 2, value)
  keepMost(sums, at + 3, value)
}

/** -0 is below 0, whichever comes first. NaN is passed over. */
function keepLeast(sums: Sums, at: number, value: number): void {
  if (value < sums[at] || (value === 0 && Object.is(value, -0) && sums[at] === 0)) sums[at] = value
}

function keepMost(sums: Sums, at: number, value: number): void {
  if (value > sums[at] || (value === 0 && Object.is(value, 0) && sums[at] === 0)) sums[at] = value
}

function notANumber(field: string, value: unknown): TypeError {
  return new TypeError(
    `the field "${field}" has the ${typeof value} ${JSON.stringify(value)}, expected a number or null`,
  )
}
