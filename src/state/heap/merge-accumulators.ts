import {FtsError} from '../../core/index.js'
import type {AggregateFunction} from '../aggregate-function.js'

/** Merges two accumulators. Errors: `user` FTS_AGGREGATE_CANNOT_MERGE if the function has no `merge`. */
export function mergeAccumulators<ACC>(
  stateName: string,
  aggregate: AggregateFunction<never, ACC, unknown>,
  pair: {readonly a: ACC; readonly b: ACC},
): ACC {
  if (aggregate.merge !== undefined) return aggregate.merge(pair.a, pair.b)
  throw new FtsError(
    'user',
    'FTS_AGGREGATE_CANNOT_MERGE',
    `the aggregate function of state "${stateName}" has no merge(a, b), which windows that merge (sessions) need`,
    {state: stateName},
    {tryThis: 'Add merge(a, b) to the AggregateFunction: the accumulator of what both have seen.'},
  )
}
