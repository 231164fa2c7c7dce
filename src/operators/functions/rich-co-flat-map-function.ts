import {AbstractRichFunction} from './abstract-rich-function.js'
import type {CoFlatMapFunction} from './co-flat-map-function.js'
import type {Collector} from './collector.js'
import type {Returned} from './flat-map-function.js'

/** A flatMap function of two inputs as a class, with its own `open` and `close`, and the runtime context: state, counters. */
export abstract class RichCoFlatMapFunction<IN1, IN2, OUT>
  extends AbstractRichFunction
  implements CoFlatMapFunction<IN1, IN2, OUT>
{
  abstract flatMap1(value: IN1, out: Collector<OUT>): Returned<OUT>
  abstract flatMap2(value: IN2, out: Collector<OUT>): Returned<OUT>
}
