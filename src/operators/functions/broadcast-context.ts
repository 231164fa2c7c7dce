import type {
  AggregatingState,
  AggregatingStateDescriptor,
  BroadcastState,
  ListState,
  ListStateDescriptor,
  MapState,
  MapStateDescriptor,
  ReadonlyMapState,
  ReducingState,
  ReducingStateDescriptor,
  ValueState,
  ValueStateDescriptor,
} from '../../state/index.js'
import type {OutputTag} from './output-tag.js'
import type {OnTimerContext, ProcessContext} from './process-context.js'

/** While a record of the stream without broadcast is handled: the broadcast state can be read. */
export interface ReadOnlyBroadcastContext extends ProcessContext {
  getBroadcastState<K, V>(descriptor: MapStateDescriptor<K, V>): ReadonlyMapState<K, V>
}

export interface KeyedReadOnlyBroadcastContext<K> extends ReadOnlyBroadcastContext {
  getCurrentKey(): K
}

export interface BroadcastOnTimerContext<K> extends OnTimerContext<K> {
  getBroadcastState<MK, V>(descriptor: MapStateDescriptor<MK, V>): ReadonlyMapState<MK, V>
}

/**
 * While a record of the broadcast stream is handled: the broadcast state can be written. Every subtask gets each such record and must
 * do the same with it, whatever else it has seen. There is no current key and there are no timers.
 */
export interface BroadcastContext {
  timestamp(): number | undefined
  currentProcessingTime(): number
  currentWatermark(): number
  output<X>(tag: OutputTag<X>, value: X): void
  getBroadcastState<K, V>(descriptor: MapStateDescriptor<K, V>): BroadcastState<K, V>
}

export interface KeyedBroadcastContext<K> extends BroadcastContext {
  /** Calls `visit` for every key of this subtask that has this state, with the key and its state, which may be changed. */
  applyToKeyedState<T, R>(
    descriptor: ValueStateDescriptor<T, R>,
    visit: (key: K, state: ValueState<T, R>) => void,
  ): void
  applyToKeyedState<T>(descriptor: ListStateDescriptor<T>, visit: (key: K, state: ListState<T>) => void): void
  applyToKeyedState<MK, V>(descriptor: MapStateDescriptor<MK, V>, visit: (key: K, state: MapState<MK, V>) => void): void
  applyToKeyedState<T>(descriptor: ReducingStateDescriptor<T>, visit: (key: K, state: ReducingState<T>) => void): void
  applyToKeyedState<IN, ACC, OUT>(
    descriptor: AggregatingStateDescriptor<IN, ACC, OUT>,
    visit: (key: K, state: AggregatingState<IN, OUT>) => void,
  ): void
}
