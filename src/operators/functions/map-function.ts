import type {RichFunction} from './rich-function.js'

/** One result for each record. */
export type MapFunction<IN, OUT> = ((value: IN) => OUT) | (RichFunction & {map(value: IN): OUT})
