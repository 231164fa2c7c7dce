import {AbstractRichFunction} from './abstract-rich-function.js'
import type {Collector} from './collector.js'
import type {FlatMapFunctionObject, Returned} from './flat-map-function.js'

/** A flatMap function as a class, with its own `open` and `close`, and the runtime context: state, counters. */
export abstract class RichFlatMapFunction<IN, OUT>
  extends AbstractRichFunction
  implements FlatMapFunctionObject<IN, OUT>
{
  abstract flatMap(value: IN, out: Collector<OUT>): Returned<OUT>
}
