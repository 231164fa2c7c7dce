import {AbstractRichFunction} from './abstract-rich-function.js'
import type {Collector} from './collector.js'
import type {ProcessContext} from './process-context.js'
import type {RichFunction} from './rich-function.js'

/** Handles records of a stream without keys: any number of results, side outputs, access to time. */
export abstract class ProcessFunction<IN, OUT> extends AbstractRichFunction {
  abstract processElement(value: IN, ctx: ProcessContext, out: Collector<OUT>): void
}

/** A ProcessFunction as a plain function, or as any object with the method. */
export type ProcessFunctionLike<IN, OUT> =
  | ((value: IN, ctx: ProcessContext, out: Collector<OUT>) => void)
  | (RichFunction & Pick<ProcessFunction<IN, OUT>, 'processElement'>)
