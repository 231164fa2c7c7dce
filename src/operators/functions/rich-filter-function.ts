import {AbstractRichFunction} from './abstract-rich-function.js'
import type {FilterFunctionObject} from './filter-function.js'

/** A filter function as a class, with its own `open` and `close`, and the runtime context: state, counters. */
export abstract class RichFilterFunction<T> extends AbstractRichFunction implements FilterFunctionObject<T> {
  abstract filter(value: T): unknown
}
