import type {RichFunction} from './rich-function.js'

/** Keeps the records for which it answers true (or anything truthy). */
export type FilterFunction<T> = ((value: T) => unknown) | (RichFunction & {filter(value: T): unknown})
