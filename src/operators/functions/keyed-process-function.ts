import {AbstractRichFunction} from './abstract-rich-function.js'
import type {Collector} from './collector.js'
import type {KeyedProcessContext, OnTimerContext} from './process-context.js'
import type {RichFunction} from './rich-function.js'

/** Handles the records of a keyed stream, with state and timers of the current key. */
export abstract class KeyedProcessFunction<K, IN, OUT> extends AbstractRichFunction {
  abstract processElement(value: IN, ctx: KeyedProcessContext<K>, out: Collector<OUT>): void

  /** A timer of the current key fires. What it collects has the timer's timestamp in event time, none in processing time. */
  onTimer(_timestampMs: number, _ctx: OnTimerContext<K>, _out: Collector<OUT>): void {}
}

/** A KeyedProcessFunction as a plain function, or as any object with the methods. */
export type KeyedProcessFunctionLike<K, IN, OUT> =
  | ((value: IN, ctx: KeyedProcessContext<K>, out: Collector<OUT>) => void)
  | (RichFunction &
      Pick<KeyedProcessFunction<K, IN, OUT>, 'processElement'> &
      Partial<Pick<KeyedProcessFunction<K, IN, OUT>, 'onTimer'>>)
