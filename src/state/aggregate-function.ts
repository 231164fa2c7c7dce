/**
 * Folds inputs into an accumulator and turns that into a result. `add` may change and return the accumulator it was given.
 * `merge` is needed only where windows merge (sessions).
 */
export interface AggregateFunction<IN, ACC, OUT> {
  createAccumulator(): ACC
  add(value: IN, accumulator: ACC): ACC
  getResult(accumulator: ACC): OUT
  merge?(a: ACC, b: ACC): ACC
}
