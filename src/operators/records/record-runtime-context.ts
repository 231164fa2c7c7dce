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
import {Counter, type RuntimeContext, type TaskInfo} from '../functions/index.js'
import type {OperatorContext} from '../operator.js'
import {operatorPlace} from './operator-place.js'

/** The runtime context of one operator's function. */
export class RecordRuntimeContext implements RuntimeContext {
  readonly taskInfo: TaskInfo
  /** The function has asked for keyed state. */
  usesState = false
  private readonly counters = new Map<string, Counter>()

  constructor(
    private readonly context: OperatorContext,
    private readonly state: KeyedStateBackend | undefined,
  ) {
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

  /** Says the counters for the job's summary. */
  reportCounters(): void {
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
