import {AbstractRichFunction, type Collector, type RichFunction} from '../../functions/index.js'
import type {TimeWindow} from '../time-window.js'
import type {Window} from '../window.js'
import type {WindowContext} from './window-context.js'

/** Evaluates a window of a stream without keys, with access to time, state and side outputs. */
export abstract class ProcessAllWindowFunction<IN, OUT, W extends Window = TimeWindow> extends AbstractRichFunction {
  abstract process(ctx: WindowContext<W>, elements: readonly IN[], out: Collector<OUT>): void

  /** See ProcessWindowFunction. */
  clear?(ctx: WindowContext<W>): void
}

/** A ProcessAllWindowFunction as a plain function, or as any object with the methods. */
export type ProcessAllWindowFunctionLike<IN, OUT, W extends Window = TimeWindow> =
  | ((ctx: WindowContext<W>, elements: readonly IN[], out: Collector<OUT>) => void)
  | (RichFunction & {
      process(ctx: WindowContext<W>, elements: readonly IN[], out: Collector<OUT>): void
      clear?(ctx: WindowContext<W>): void
    })
