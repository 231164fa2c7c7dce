import {FtsError} from '../core/index.js'
import type {AggregatePlan, Measure} from '../operators/index.js'
import type {FieldOf, NumericFieldOf} from './stream-types.js'

/**
 * A built-in aggregate: `'count'` of records, or of one field's numbers. Null and missing values do not count; where there is no value at all, the
 * result is null (a count is 0).
 */
export type FieldAggregate<T> =
  | 'count'
  | {readonly count: FieldOf<T>}
  | {readonly sum: NumericFieldOf<T>}
  | {readonly avg: NumericFieldOf<T>}
  | {readonly min: NumericFieldOf<T>}
  | {readonly max: NumericFieldOf<T>}

/** Built-in aggregates by the name of the result's field: `{orders: 'count', revenue: {sum: 'price'}, mean: {avg: 'price'}}`. */
export type FieldAggregates<T> = Readonly<Record<string, FieldAggregate<T>>>

/** The result: the key's fields (`key` where records are keyed by something else than fields), and a number for each aggregate. */
export type AggregateResult<A> = {readonly [N in keyof A]: number} & {
  // biome-ignore lint/suspicious/noExplicitAny: the key's fields, of any type
  readonly [keyField: string]: any
}

const KINDS = ['count', 'sum', 'avg', 'min', 'max'] as const

/** Errors: `user` FTS_BAD_AGGREGATE for an unknown aggregate, none at all, or a result that is named like a key field. */
export function aggregatePlan(keyFields: readonly string[], aggregates: FieldAggregates<never>): AggregatePlan {
  const valueFields: string[] = []
  const measures = Object.entries(aggregates).map(([result, aggregate]): Measure => {
    if (keyFields.includes(result)) throw wrong(`the result "${result}" is named like the key`)
    if ((aggregate as unknown) === 'count') return {result, kind: 'count'}
    const {kind, field} = kindOf(result, aggregate)
    return {result, kind, slot: slotOf(field, valueFields)}
  })
  if (measures.length === 0) throw wrong('there is none')
  return {keyFields, valueFields, measures}
}

function kindOf(result: string, aggregate: unknown): {readonly kind: Measure['kind']; readonly field: string} {
  const entries = typeof aggregate === 'object' && aggregate !== null ? Object.entries(aggregate) : []
  const [name, field] = entries.length === 1 ? entries[0] : []
  const kind = KINDS.find((known) => known === name)
  if (kind !== undefined && ((typeof field === 'string' && field !== '') || Number.isSafeInteger(field)))
    return {kind, field: field as string}
  throw wrong(`"${result}" is ${JSON.stringify(aggregate) ?? String(aggregate)}`)
}

function slotOf(field: string, valueFields: string[]): number {
  const known = valueFields.indexOf(field)
  return known >= 0 ? known : valueFields.push(field) - 1
}

function wrong(what: string): FtsError {
  return new FtsError(
    'user',
    'FTS_BAD_AGGREGATE',
    `aggregate: ${what}; expected 'count', or one of count, sum, avg, min and max with a field`,
    {},
    {tryThis: "For example: aggregate({orders: 'count', revenue: {sum: 'price'}, mean: {avg: 'price'}})."},
  )
}
