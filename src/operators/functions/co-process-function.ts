import {AbstractRichFunction} from './abstract-rich-function.js'
import type {Collector} from './collector.js'
import type {ProcessContext} from './process-context.js'
import type {RichFunction} from './rich-function.js'

/** Handles the records of two connected streams without keys. */
export abstract class CoProcessFunction<IN1, IN2, OUT> extends AbstractRichFunction {
  abstract processElement1(value: IN1, ctx: ProcessContext, out: Collector<OUT>): void
  abstract processElement2(value: IN2, ctx: ProcessContext, out: Collector<OUT>): void
}

/** A CoProcessFunction as any object with the methods. */
export type CoProcessFunctionLike<IN1, IN2, OUT> = RichFunction &
  Pick<CoProcessFunction<IN1, IN2, OUT>, 'processElement1' | 'processElement2'>
