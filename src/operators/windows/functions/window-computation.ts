import type {AggregateFunction, ReduceFunction} from '../../../state/index.js'
import type {Window} from '../window.js'
import type {ProcessWindowFunctionLike} from './process-window-function.js'
import type {WindowFunction} from './window-function.js'

/**
 * What a window computes.
 *
 *   reduce, aggregate   element by element: the window holds one value
 *   elements            at the end: the window holds all its elements
 *
 * `finish` says what becomes of the result; without it the result itself is emitted.
 */
export type WindowComputation<IN, RESULT, OUT, K, W extends Window> =
  | {
      readonly kind: 'reduce'
      readonly reduce: ReduceFunction<IN>
      readonly finish?: WindowFinish<IN, OUT, K, W> | undefined
    }
  | {
      readonly kind: 'aggregate'
      // biome-ignore lint/suspicious/noExplicitAny: the accumulator is the function's own matter
      readonly aggregate: AggregateFunction<IN, any, RESULT>
      readonly finish?: WindowFinish<RESULT, OUT, K, W> | undefined
    }
  | {readonly kind: 'elements'; readonly finish: WindowFinish<IN, OUT, K, W>}

/** `toRecord` is there for built-in aggregates: one record for each result, without a collector. */
export type WindowFinish<IN, OUT, K, W extends Window> =
  | {readonly kind: 'apply'; readonly apply: WindowFunction<IN, OUT, K, W>}
  | {readonly kind: 'process'; readonly process: ProcessWindowFunctionLike<IN, OUT, K, W>}
  | {readonly kind: 'toRecord'; readonly toRecord: (key: K, result: IN, window: W) => OUT}
