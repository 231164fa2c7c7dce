import {AbstractRichFunction} from './abstract-rich-function.js'
import type {CoMapFunction} from './co-map-function.js'

/** A map function of two inputs as a class, with its own `open` and `close`, and the runtime context: state, counters. */
export abstract class RichCoMapFunction<IN1, IN2, OUT>
  extends AbstractRichFunction
  implements CoMapFunction<IN1, IN2, OUT>
{
  abstract map1(value: IN1): OUT
  abstract map2(value: IN2): OUT
}
