import {FtsError} from '../../core/index.js'
import {
  type AggregatingState,
  type AggregatingStateDescriptor,
  type KeyedStateBackend,
  type ListState,
  type ListStateDescriptor,
  type MapState,
  type MapStateDescriptor,
  type ReducingState,
  type ReducingStateDescriptor,
  type StateDescriptor,
  type ValueState,
  type ValueStateDescriptor,
  VOID_NAMESPACE,
} from '../../state/index.js'
import {
  type Accumulator,
  AccumulatorSet,
  DoubleCounter,
  Histogram,
  IntCounter,
  LongCounter,
} from '../accumulators/index.js'
import {Counter, type RuntimeContext, type TaskInfo} from '../functions/index.js'
import type {OperatorContext} from '../operator.js'
import {operatorPlace} from './operator-place.js'

/** The runtime context of one operator's function. */
export class RecordRuntimeContext implements RuntimeContext {
  readonly taskInfo: TaskInfo
  /** The function has asked for keyed state. */
  usesState = false
  private readonly counters = new Map<string, Counter>()
  private readonly accumulators: AccumulatorSet

  constructor(
    private readonly context: OperatorContext,
    private readonly state: KeyedStateBackend | undefined,
  ) {
    this.accumulators = new AccumulatorSet(operatorPlace(context))
    this.taskInfo = {
      name: context.displayName ?? context.operatorName,
      index: context.subtaskIndex,
      parallelism: context.parallelism,
      maxParallelism: context.maxParallelism,
      attempt: context.attempt,
    }
  }

  getState<T, R>(descriptor: ValueStateDescriptor<T, R>): ValueState<T, R> {
    return this.keyed(descriptor).getState(VOID_NAMESPACE, descriptor)
  }

  getListState<T>(descriptor: ListStateDescriptor<T>): ListState<T> {
    return this.keyed(descriptor).getState(VOID_NAMESPACE, descriptor)
  }

  getMapState<K, V>(descriptor: MapStateDescriptor<K, V>): MapState<K, V> {
    return this.keyed(descriptor).getState(VOID_NAMESPACE, descriptor)
  }

  getReducingState<T>(descriptor: ReducingStateDescriptor<T>): ReducingState<T> {
    return this.keyed(descriptor).getState(VOID_NAMESPACE, descriptor)
  }

  getAggregatingState<IN, ACC, OUT>(descriptor: AggregatingStateDescriptor<IN, ACC, OUT>): AggregatingState<IN, OUT> {
    return this.keyed(descriptor).getState(VOID_NAMESPACE, descriptor)
  }

  counter(name: string): Counter {
    let counter = this.counters.get(name)
    if (counter === undefined) this.counters.set(name, (counter = new Counter()))
    return counter
  }

  addAccumulator<V, R>(name: string, accumulator: Accumulator<V, R>): void {
    this.accumulators.add(name, accumulator)
  }

  getAccumulator<V, R>(name: string): Accumulator<V, R> | undefined {
    return this.accumulators.get(name)
  }

  getIntCounter(name: string): IntCounter {
    return this.accumulators.getOrMake(name, IntCounter)
  }

  getLongCounter(name: string): LongCounter {
    return this.accumulators.getOrMake(name, LongCounter)
  }

  getDoubleCounter(name: string): DoubleCounter {
    return this.accumulators.getOrMake(name, DoubleCounter)
  }

  getHistogram(name: string): Histogram {
    return this.accumulators.getOrMake(name, Histogram)
  }

  /** Says the counters and accumulators, for the job's result and its summary. */
  reportCounters(): void {
    for (const [name, snapshot] of this.accumulators.snapshots()) this.context.accumulated?.(name, snapshot)
    for (const [name, counter] of this.counters) this.context.report(name, counter.count)
  }

  private keyed(descriptor: StateDescriptor): KeyedStateBackend {
    this.usesState = true
    if (this.state !== undefined) return this.state
    throw new FtsError(
      'user',
      'FTS_NOT_KEYED',
      `${operatorPlace(this.context)}: state "${descriptor.name}" belongs to a key, but this stream has no keys`,
      {operator: this.taskInfo.name, state: descriptor.name},
      {tryThis: 'Put keyBy(…) before this operator.'},
    )
  }
}
