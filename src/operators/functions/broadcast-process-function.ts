import {AbstractRichFunction} from './abstract-rich-function.js'
import type {BroadcastContext, ReadOnlyBroadcastContext} from './broadcast-context.js'
import type {Collector} from './collector.js'
import type {RichFunction} from './rich-function.js'

/** Handles a stream without keys together with a broadcast stream. */
export abstract class BroadcastProcessFunction<IN1, IN2, OUT> extends AbstractRichFunction {
  abstract processElement(value: IN1, ctx: ReadOnlyBroadcastContext, out: Collector<OUT>): void
  abstract processBroadcastElement(value: IN2, ctx: BroadcastContext, out: Collector<OUT>): void
}

/** A BroadcastProcessFunction as any object with the methods. */
export type BroadcastProcessFunctionLike<IN1, IN2, OUT> = RichFunction &
  Pick<BroadcastProcessFunction<IN1, IN2, OUT>, 'processElement' | 'processBroadcastElement'>
