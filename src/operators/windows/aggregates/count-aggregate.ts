import type {AggregateFunction} from '../../../state/index.js'

/** The number of elements. */
export const countAggregate: AggregateFunction<unknown, number, number> = {
  createAccumulator: () => 0,
  add: (_element, count) => count + 1,
  getResult: (count) => count,
  merge: (a, b) => a + b,
}
