import type {EmitMode} from '../records/emit-mode.js'
import {KeyedAggregateOperator} from '../records/keyed-aggregate.js'
import type {AggregatePlan} from './aggregate-plan.js'
import {addRecord, addSums, newSums, type Sums} from './partial.js'
import {type PartialRecord, sumNames, sumsOf} from './partial-record.js'
import {resultRecord} from './result-record.js'

export interface FinalAggregateOptions {
  readonly plan: AggregatePlan
  readonly keySelector: (record: PartialRecord) => unknown
  /** Whether a LocalAggregateOperator has been at the records. */
  readonly isPartial: boolean
  readonly emit: EmitMode
}

/**
 * The results of built-in aggregates by key, from records or from partial records.
 *
 * Errors   a value that is no number ends the task with the record.
 */
export function createFinalAggregate({plan, keySelector, isPartial, emit}: FinalAggregateOptions) {
  const names = sumNames(plan)
  const add = isPartial
    ? (record: PartialRecord, sums: Sums) => addSums(sums, sumsOf(record, names))
    : (record: PartialRecord, sums: Sums) => addRecord(sums, record, plan.valueFields)
  const aggregate = {
    createAccumulator: () => newSums(plan),
    add: (record: PartialRecord, sums: Sums) => {
      add(record, sums)
      return sums
    },
    getResult: (sums: Sums) => sums,
  }
  return new KeyedAggregateOperator({keySelector, aggregate, toRecord: resultRecord(plan), emit})
}
