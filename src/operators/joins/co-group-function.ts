import type {Collector, RichFunction} from '../functions/index.js'

/** Gets all elements of a window of one key, of both inputs; one side may be empty. */
export type CoGroupFunction<L, R, OUT> =
  | ((first: readonly L[], second: readonly R[], out: Collector<OUT>) => void)
  | CoGroupFunctionObject<L, R, OUT>

/** What a class implements. */
export interface CoGroupFunctionObject<L, R, OUT> extends RichFunction {
  coGroup(first: readonly L[], second: readonly R[], out: Collector<OUT>): void
}
