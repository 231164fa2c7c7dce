import type {RichFunction} from './rich-function.js'

/** One result for each record. */
export type MapFunction<IN, OUT> = ((value: IN) => OUT) | MapFunctionObject<IN, OUT>

/** What a class implements. */
export interface MapFunctionObject<IN, OUT> extends RichFunction {
  map(value: IN): OUT
}
