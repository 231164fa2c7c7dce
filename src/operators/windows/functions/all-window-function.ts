import type {Collector, RichFunction} from '../../functions/index.js'
import type {TimeWindow} from '../time-window.js'
import type {Window} from '../window.js'

/** Evaluates a window of a stream without keys; see WindowFunction. */
export type AllWindowFunction<IN, OUT, W extends Window = TimeWindow> =
  | ((window: W, elements: readonly IN[], out: Collector<OUT>) => void)
  | AllWindowFunctionObject<IN, OUT, W>

/** What a class implements. */
export interface AllWindowFunctionObject<IN, OUT, W extends Window = TimeWindow> extends RichFunction {
  apply(window: W, elements: readonly IN[], out: Collector<OUT>): void
}
