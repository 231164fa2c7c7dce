import type {Collector} from './collector.js'
import type {RichFunction} from './rich-function.js'

/**
 * Any number of results for each record: given to the collector, or returned as an array or another iterable (a generator is asked
 * for more only where there is room), or both. A returned text is not taken apart: it is an error.
 */
export type FlatMapFunction<IN, OUT> =
  | ((value: IN, out: Collector<OUT>) => Returned<OUT>)
  | FlatMapFunctionObject<IN, OUT>

/** What a class implements. */
export interface FlatMapFunctionObject<IN, OUT> extends RichFunction {
  flatMap(value: IN, out: Collector<OUT>): Returned<OUT>
}

/** What a function may return that also has a collector. */
// biome-ignore lint/suspicious/noConfusingVoidType: so that functions without a return statement may be given, however they are typed
export type Returned<OUT> = Iterable<OUT> | void
