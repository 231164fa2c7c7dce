import type {RichFunction} from './rich-function.js'

/** One result for each record of either input of a connected stream. */
export interface CoMapFunction<IN1, IN2, OUT> extends RichFunction {
  map1(value: IN1): OUT
  map2(value: IN2): OUT
}
