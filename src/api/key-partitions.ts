import {compareValues, type MapPartitionFunction, type RichFunction} from '../operators/index.js'
import type {AggregateFunction, ReduceFunction} from '../state/index.js'
import type {KeyedStream} from './keyed-stream.js'
import {lifeOf} from './life-of.js'
import {oneOfSetting} from './operator-settings.js'
import type {PartitionWindowedStream, SortOrder} from './partition-windowed-stream.js'
import {requireFunction, requireMethods} from './require-function.js'
import type {SingleOutputStreamOperator} from './single-output-stream-operator.js'
import type {Rec} from './stream-types.js'
import {type Ranking, toRank} from './to-rank.js'

/** Partitions that are the records of a key. */
export class KeyPartitions<T, K> implements PartitionWindowedStream<T> {
  /** @internal */
  constructor(private readonly stream: KeyedStream<T, K>) {}

  mapPartition<R extends Rec>(mapPartition: MapPartitionFunction<T, R>): SingleOutputStreamOperator<R> {
    requireFunction('mapPartition', mapPartition, 'mapPartition')
    const lists = this.lists()
    if (typeof mapPartition === 'function')
      return lists.flatMap<R>((values, out) => mapPartition(values, out) as never).name('Map Partition')
    const flatMap = {
      ...lifeOf(mapPartition),
      flatMap: (values: readonly T[], out: {collect(value: R): void}) =>
        mapPartition.mapPartition(values, out) as never,
    }
    return lists.flatMap<R>(flatMap).name('Map Partition')
  }

  sortPartition(by: Ranking<T>, order: SortOrder = 'ascending'): SingleOutputStreamOperator<T> {
    const rank = toRank('sortPartition', by)
    const sign = oneOfSetting('order of sortPartition', order, ['ascending', 'descending']) === 'descending' ? -1 : 1
    const sorted = (values: readonly T[]) => [...values].sort((a, b) => sign * compareValues(rank(a), rank(b)))
    return this.lists()
      .flatMap<T & Rec>((values) => sorted(values) as never)
      .name('Sort Partition') as never
  }

  aggregate<ACC, R extends Rec>(aggregate: AggregateFunction<T, ACC, R> & RichFunction): SingleOutputStreamOperator<R> {
    requireMethods('aggregate', aggregate, 'createAccumulator', 'add', 'getResult')
    return this.stream.onceForEachKey('Partition Aggregate', aggregate)
  }

  reduce(reduce: ReduceFunction<T> & RichFunction): SingleOutputStreamOperator<T> {
    requireFunction('reduce', reduce, 'reduce')
    return this.stream.reducedOnce('Partition Reduce', reduce)
  }

  /** The records of each key, together. */
  private lists(): SingleOutputStreamOperator<readonly T[]> {
    return this.stream.onceForEachKey<T[], readonly T[]>('Partition', {
      createAccumulator: () => [],
      add: (value, values) => {
        values.push(value)
        return values
      },
      getResult: (values) => values,
    })
  }
}
