import type {Collector} from './collector.js'
import type {RichFunction} from './rich-function.js'

/** What is made of all records of a subtask (or of a key): collected, or answered as an iterable (a generator, say), which is read as there is room. */
export type MapPartitionFunction<IN, OUT> =
  | ((values: Iterable<IN>, out: Collector<OUT>) => MapPartitionResult<OUT>)
  | MapPartitionFunctionObject<IN, OUT>

/** What a class implements. */
export interface MapPartitionFunctionObject<IN, OUT> extends RichFunction {
  mapPartition(values: Iterable<IN>, out: Collector<OUT>): MapPartitionResult<OUT>
}

// biome-ignore lint/suspicious/noConfusingVoidType: a function that only collects answers nothing
export type MapPartitionResult<OUT> = Iterable<OUT> | void
