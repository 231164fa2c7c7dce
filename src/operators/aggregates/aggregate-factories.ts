import type {OperatorFactory} from '../operator.js'
import type {AggregatePlan} from './aggregate-plan.js'
import {LocalAggregateOperator} from './local-aggregate.js'

/**
 * Built-in aggregates, by factory name.
 *
 *   records.local-aggregate   records ─▶ partial records   AggregatePlan
 */
export function aggregateFactories(): readonly (readonly [string, OperatorFactory])[] {
  return [
    [
      'records.local-aggregate',
      (config) => ({kind: 'operator', operator: new LocalAggregateOperator(config as AggregatePlan)}),
    ],
  ]
}
