import {AbstractRichFunction} from './abstract-rich-function.js'
import type {MapFunctionObject} from './map-function.js'

/** A map function as a class, with its own `open` and `close`, and the runtime context: state, counters. */
export abstract class RichMapFunction<IN, OUT> extends AbstractRichFunction implements MapFunctionObject<IN, OUT> {
  abstract map(value: IN): OUT
}
