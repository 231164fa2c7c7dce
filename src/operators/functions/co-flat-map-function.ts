import type {Collector} from './collector.js'
import type {Returned} from './flat-map-function.js'
import type {RichFunction} from './rich-function.js'

/** Any number of results for each record of either input of a connected stream; collected or returned, see FlatMapFunction. */
export interface CoFlatMapFunction<IN1, IN2, OUT> extends RichFunction {
  flatMap1(value: IN1, out: Collector<OUT>): Returned<OUT>
  flatMap2(value: IN2, out: Collector<OUT>): Returned<OUT>
}
