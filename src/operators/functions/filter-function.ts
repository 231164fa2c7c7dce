import type {RichFunction} from './rich-function.js'

/** Keeps the records for which it answers true (or anything truthy). */
export type FilterFunction<T> = ((value: T) => unknown) | FilterFunctionObject<T>

/** What a class implements. */
export interface FilterFunctionObject<T> extends RichFunction {
  filter(value: T): unknown
}
