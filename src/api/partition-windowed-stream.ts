import type {MapPartitionFunction, RichFunction} from '../operators/index.js'
import type {AggregateFunction, ReduceFunction} from '../state/index.js'
import type {SingleOutputStreamOperator} from './single-output-stream-operator.js'
import type {Rec} from './stream-types.js'
import type {Ranking} from './to-rank.js'

export type SortOrder = 'ascending' | 'descending'

/**
 * All records that a subtask of a (bounded) stream gets, as one window that ends with the input: `stream.fullWindowPartition()`. Of a keyed stream
 * the records of each key.
 */
export interface PartitionWindowedStream<T> {
  /** What a function makes of all of them. They are kept in memory until then. */
  mapPartition<R extends Rec>(mapPartition: MapPartitionFunction<T, R>): SingleOutputStreamOperator<R>
  /** All of them in order, by a field or what a function answers. Not keyed: what has no room in memory goes to disk. */
  sortPartition(by: Ranking<T>, order?: SortOrder): SingleOutputStreamOperator<T>
  /** One result over all of them. */
  aggregate<ACC, R extends Rec>(aggregate: AggregateFunction<T, ACC, R> & RichFunction): SingleOutputStreamOperator<R>
  /** What is left of all of them. */
  reduce(reduce: ReduceFunction<T> & RichFunction): SingleOutputStreamOperator<T>
}
