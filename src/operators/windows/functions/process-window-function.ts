import {AbstractRichFunction, type Collector, type RichFunction} from '../../functions/index.js'
import type {TimeWindow} from '../time-window.js'
import type {Window} from '../window.js'
import type {WindowContext} from './window-context.js'

/** Evaluates a window of a key, with access to time, state and side outputs. */
export abstract class ProcessWindowFunction<
  IN,
  OUT,
  K = unknown,
  W extends Window = TimeWindow,
> extends AbstractRichFunction {
  /** After reduce or aggregate, `elements` has the one result. */
  abstract process(key: K, ctx: WindowContext<W>, elements: readonly IN[], out: Collector<OUT>): void

  /** The window ends. What it has in `ctx.windowState()` is forgotten after this. */
  clear?(ctx: WindowContext<W>): void
}

/** A ProcessWindowFunction as a plain function, or as any object with the methods. */
export type ProcessWindowFunctionLike<IN, OUT, K = unknown, W extends Window = TimeWindow> =
  | ((key: K, ctx: WindowContext<W>, elements: readonly IN[], out: Collector<OUT>) => void)
  | (RichFunction & {
      process(key: K, ctx: WindowContext<W>, elements: readonly IN[], out: Collector<OUT>): void
      clear?(ctx: WindowContext<W>): void
    })
