import {
  type MapPartitionFunction,
  MapPartitionOperator,
  PartitionFoldOperator,
  type RichFunction,
  SortOperator,
} from '../operators/index.js'
import type {AggregateFunction, ReduceFunction} from '../state/index.js'
import type {DataStream} from './data-stream.js'
import {lifeOf} from './life-of.js'
import {oneOfSetting} from './operator-settings.js'
import type {PartitionWindowedStream, SortOrder} from './partition-windowed-stream.js'
import {requireFunction, requireMethods} from './require-function.js'
import type {SingleOutputStreamOperator} from './single-output-stream-operator.js'
import type {Rec} from './stream-types.js'
import {type Ranking, toRank} from './to-rank.js'

/** Partitions that are subtasks. */
export class SubtaskPartitions<T> implements PartitionWindowedStream<T> {
  /** @internal */
  constructor(private readonly stream: DataStream<T>) {}

  mapPartition<R extends Rec>(mapPartition: MapPartitionFunction<T, R>): SingleOutputStreamOperator<R> {
    requireFunction('mapPartition', mapPartition, 'mapPartition')
    return this.stream.perSubtask('Map Partition', () => new MapPartitionOperator(mapPartition))
  }

  sortPartition(by: Ranking<T>, order: SortOrder = 'ascending'): SingleOutputStreamOperator<T> {
    const isDescending = oneOfSetting('order of sortPartition', order, ['ascending', 'descending']) === 'descending'
    const rank = toRank('sortPartition', by)
    return this.stream.perSubtask('Sort Partition', () => new SortOperator<T>({by: rank, isDescending}))
  }

  aggregate<ACC, R extends Rec>(aggregate: AggregateFunction<T, ACC, R>): SingleOutputStreamOperator<R> {
    requireMethods('aggregate', aggregate, 'createAccumulator', 'add', 'getResult')
    return this.stream.perSubtask('Partition Aggregate', () => new PartitionFoldOperator(aggregate))
  }

  reduce(reduce: ReduceFunction<T>): SingleOutputStreamOperator<T> {
    requireFunction('reduce', reduce, 'reduce')
    return this.stream.perSubtask('Partition Reduce', () => new PartitionFoldOperator(foldOf(reduce)))
  }
}

function foldOf<T>(reduce: ReduceFunction<T>): AggregateFunction<T, T | undefined, T> {
  const both = typeof reduce === 'function' ? reduce : (a: T, b: T) => reduce.reduce(a, b)
  return {
    ...(typeof reduce === 'function' ? {} : lifeOf(reduce as RichFunction)),
    createAccumulator: () => undefined,
    add: (value, before) => (before === undefined ? value : both(before, value)),
    getResult: (folded) => folded as T,
    merge: (a, b) => (a === undefined ? b : b === undefined ? a : both(a, b)),
  }
}
