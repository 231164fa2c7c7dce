import {AbstractRichFunction} from './abstract-rich-function.js'
import type {
  BroadcastOnTimerContext,
  KeyedBroadcastContext,
  KeyedReadOnlyBroadcastContext,
} from './broadcast-context.js'
import type {Collector} from './collector.js'
import type {RichFunction} from './rich-function.js'

/** Handles a keyed stream, with state and timers, together with a broadcast stream. */
export abstract class KeyedBroadcastProcessFunction<K, IN1, IN2, OUT> extends AbstractRichFunction {
  abstract processElement(value: IN1, ctx: KeyedReadOnlyBroadcastContext<K>, out: Collector<OUT>): void
  abstract processBroadcastElement(value: IN2, ctx: KeyedBroadcastContext<K>, out: Collector<OUT>): void

  /** See KeyedProcessFunction. */
  onTimer(_timestampMs: number, _ctx: BroadcastOnTimerContext<K>, _out: Collector<OUT>): void {}
}

/** A KeyedBroadcastProcessFunction as any object with the methods. */
export type KeyedBroadcastProcessFunctionLike<K, IN1, IN2, OUT> = RichFunction &
  Pick<KeyedBroadcastProcessFunction<K, IN1, IN2, OUT>, 'processElement' | 'processBroadcastElement'> &
  Partial<Pick<KeyedBroadcastProcessFunction<K, IN1, IN2, OUT>, 'onTimer'>>
