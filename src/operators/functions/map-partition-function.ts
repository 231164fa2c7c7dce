import type {Collector} from './collector.js'
import type {RichFunction} from './rich-function.js'

/** What is made of all records of a subtask (or of a key): collected, or answered as an iterable (a generator, say), which is read as there is room. */
export type MapPartitionFunction<IN, OUT> =
  | ((values: Iterable<IN>, out: Collector<OUT>) => Iterable<OUT> | void)
  | MapPartitionFunctionObject<IN, OUT>

/** What a class implements. */
export interface MapPartitionFunctionObject<IN, OUT> extends RichFunction {
  mapPartition(values: Iterable<IN>, out: Collector<OUT>): Iterable<OUT> | void
}
