import type {Collector, RichFunction} from '../functions/index.js'

/** One result for each pair of elements of a window. */
export type JoinFunction<L, R, OUT> = ((first: L, second: R) => OUT) | JoinFunctionObject<L, R, OUT>

/** What a class implements. */
export interface JoinFunctionObject<L, R, OUT> extends RichFunction {
  join(first: L, second: R): OUT
}

/** Any number of results for each pair of elements of a window. */
export type FlatJoinFunction<L, R, OUT> =
  | ((first: L, second: R, out: Collector<OUT>) => void)
  | FlatJoinFunctionObject<L, R, OUT>

/** What a class implements. */
export interface FlatJoinFunctionObject<L, R, OUT> extends RichFunction {
  join(first: L, second: R, out: Collector<OUT>): void
}
