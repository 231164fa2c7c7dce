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

/** Gives the state that a descriptor of any kind describes. */
export interface StateAccess {
  <T, R>(descriptor: ValueStateDescriptor<T, R>): ValueState<T, R>
  <T>(descriptor: ListStateDescriptor<T>): ListState<T>
  <K, V>(descriptor: MapStateDescriptor<K, V>): MapState<K, V>
  <T>(descriptor: ReducingStateDescriptor<T>): ReducingState<T>
  <IN, ACC, OUT>(descriptor: AggregatingStateDescriptor<IN, ACC, OUT>): AggregatingState<IN, OUT>
}
