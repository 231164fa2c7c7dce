import {AbstractRichFunction} from './abstract-rich-function.js'
import type {Collector} from './collector.js'
import type {KeyedProcessContext, OnTimerContext} from './process-context.js'
import type {RichFunction} from './rich-function.js'

/** Handles the records of two connected keyed streams, which share the state and the timers of a key. */
export abstract class KeyedCoProcessFunction<K, IN1, IN2, OUT> extends AbstractRichFunction {
  abstract processElement1(value: IN1, ctx: KeyedProcessContext<K>, out: Collector<OUT>): void
  abstract processElement2(value: IN2, ctx: KeyedProcessContext<K>, out: Collector<OUT>): void

  /** See KeyedProcessFunction. */
  onTimer(_timestampMs: number, _ctx: OnTimerContext<K>, _out: Collector<OUT>): void {}
}

/** A KeyedCoProcessFunction as any object with the methods. */
export type KeyedCoProcessFunctionLike<K, IN1, IN2, OUT> = RichFunction &
  Pick<KeyedCoProcessFunction<K, IN1, IN2, OUT>, 'processElement1' | 'processElement2'> &
  Partial<Pick<KeyedCoProcessFunction<K, IN1, IN2, OUT>, 'onTimer'>>
