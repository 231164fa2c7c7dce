import type {JsonGroupKey, JsonGroupPlan, JsonGroupTerm} from '../../../columns/index.js'
import type {AggregatePlan, FieldPredicate, FieldTerm} from '../../../operators/index.js'
import type {JsonShape} from './json-shape.js'

export interface JsonGrouping {
  readonly plan: AggregatePlan
  /** Undefined: all records are taken. */
  readonly predicate: FieldPredicate | undefined
  /** The fields that records have; undefined: all. */
  readonly fields: ReadonlySet<string> | undefined
}

/**
 * How built-in aggregates over lines of a shape are done on bytes; undefined where records must be made: for other keys than one field, and where a field that is asked
 * for is not in the lines or not read, so that it is undefined.
 */
export function jsonGroupPlan(
  {keys, before, after}: JsonShape,
  {plan, predicate, fields}: JsonGrouping,
): JsonGroupPlan | undefined {
  const {keyFields, valueFields} = plan
  const indexOf = (field: string) => (fields === undefined || fields.has(field) ? keys.indexOf(field) : -1)
  const terms = (predicate?.terms ?? []).map((term) => termOf(term, indexOf(term.field)))
  const asked = [indexOf(keyFields[0]), ...valueFields.map(indexOf), ...terms.map(({key}) => key)]
  if (keyFields.length !== 1 || asked.includes(-1)) return undefined
  return {
    keys: keys.map((name, index) => keyOf(before[index], valueFields.indexOf(name))),
    after,
    groupKey: asked[0],
    slotCount: valueFields.length,
    terms,
    accepted: predicate?.accepted ?? 1,
  }
}

function keyOf(before: Uint8Array, slot: number): JsonGroupKey {
  return slot < 0 ? {before} : {before, slot}
}

/** `==` with null, and order: of values of another type only JavaScript knows what they are like. A field that is there is never undefined. */
function termOf({comparison, constant}: FieldTerm, key: number): JsonGroupTerm {
  const isStrict = comparison !== 'is' && !(comparison === 'isLoosely' && constant === null)
  return {key, comparison: comparison === 'isLoosely' ? 'is' : comparison, constant, isStrict}
}
