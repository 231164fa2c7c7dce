import type {
  AggregatingState,
  AggregatingStateDescriptor,
  ListState,
  ListStateDescriptor,
  MapState,
  MapStateDescriptor,
  ReducingState,
  ReducingStateDescriptor,
  ValueState,
  ValueStateDescriptor,
} from '../../state/index.js'
import type {Counter} from './counter.js'

/** Which of the parallel instances of an operator this is. */
export interface TaskInfo {
  /** The operator's name. */
  readonly name: string
  /** 0 … parallelism - 1. */
  readonly index: number
  readonly parallelism: number
  readonly maxParallelism: number
  /** 0 for the first attempt, one more after each restart. */
  readonly attempt: number
}

/**
 * What a rich function gets in `open`: its place in the job, its state and its counters.
 *
 * Errors   `user` FTS_NOT_KEYED for a keyed state after something else than `keyBy`; those of the state room.
 */
export interface RuntimeContext {
  readonly taskInfo: TaskInfo
  getState<T, R>(descriptor: ValueStateDescriptor<T, R>): ValueState<T, R>
  getListState<T>(descriptor: ListStateDescriptor<T>): ListState<T>
  getMapState<K, V>(descriptor: MapStateDescriptor<K, V>): MapState<K, V>
  getReducingState<T>(descriptor: ReducingStateDescriptor<T>): ReducingState<T>
  getAggregatingState<IN, ACC, OUT>(descriptor: AggregatingStateDescriptor<IN, ACC, OUT>): AggregatingState<IN, OUT>
  /** A counter by this name; the sum over all subtasks is in the job's summary. The same name gives the same counter. */
  counter(name: string): Counter
}
