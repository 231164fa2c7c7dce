import type {AggregatePlan} from './aggregate-plan.js'
import {newSums, type Sums} from './partial.js'

/** A record that stands for many: the key fields as they were, and the sums under names that no field has. */
export type PartialRecord = Readonly<Record<string, unknown>>

/** The names of the sums in a partial record, by index. */
export function sumNames(plan: Pick<AggregatePlan, 'valueFields'>): readonly string[] {
  return newSums(plan).map((_, index) => `\0sum${index}`)
}

/** Flat, so that the exchange can write it as columns. */
export function partialRecord(keys: PartialRecord, sums: ArrayLike<number>, names: readonly string[]): PartialRecord {
  const record: Record<string, unknown> = {...keys}
  for (let index = 0; index < names.length; index++) record[names[index]] = sums[index]
  return record
}

export function sumsOf(record: PartialRecord, names: readonly string[]): Sums {
  return names.map((name) => record[name] as number)
}
