import type {Collector, RichFunction} from '../../functions/index.js'
import type {TimeWindow} from '../time-window.js'
import type {Window} from '../window.js'

/** Evaluates a window of a key. After reduce or aggregate, `elements` has the one result. */
export type WindowFunction<IN, OUT, K = unknown, W extends Window = TimeWindow> =
  | ((key: K, window: W, elements: readonly IN[], out: Collector<OUT>) => void)
  | WindowFunctionObject<IN, OUT, K, W>

/** What a class implements. */
export interface WindowFunctionObject<IN, OUT, K = unknown, W extends Window = TimeWindow> extends RichFunction {
  apply(key: K, window: W, elements: readonly IN[], out: Collector<OUT>): void
}
