import type {KeyContext} from './keys/key-context.js'
import type {Namespace} from './keys/namespace.js'
import type {
  AggregatingStateDescriptor,
  ListStateDescriptor,
  MapStateDescriptor,
  ReducingStateDescriptor,
  StateDescriptor,
  ValueStateDescriptor,
} from './state-descriptors.js'
import type {AggregatingState, ListState, MapState, ReducingState, State, ValueState} from './states.js'

/** A state whose namespace moves: a window operator asks for it once and sets the window before each use. */
export interface InNamespace {
  setCurrentNamespace(namespace: Namespace): void
}

/** A state of which several namespaces become one, as session windows do. */
export interface MergingState extends InNamespace {
  /**
   * For the current key: what `sources` hold is added to `target`, in this order, and removed from them. The current namespace
   * stays. Needs `merge` of an aggregate function. Errors: `user` FTS_AGGREGATE_CANNOT_MERGE.
   */
  mergeNamespaces(target: Namespace, sources: Iterable<Namespace>): void
}

/**
 * All keyed state of one operator subtask: descriptors to states, for its range of key groups.
 *
 * Handles   For one name there are two handles: one that stays at VOID_NAMESPACE, and one that moves between all other
 *           namespaces. `getState` of another namespace moves the second one, for everybody who holds it.
 * Errors    `user` FTS_STATE_KIND if one name is asked for with descriptors of different kinds; those of KeyContext.
 */
export interface KeyedStateBackend extends KeyContext {
  getState<T, R>(namespace: Namespace, descriptor: ValueStateDescriptor<T, R>): ValueState<T, R> & InNamespace
  getState<T>(namespace: Namespace, descriptor: ListStateDescriptor<T>): ListState<T> & MergingState
  getState<K, V>(namespace: Namespace, descriptor: MapStateDescriptor<K, V>): MapState<K, V> & InNamespace
  getState<T>(namespace: Namespace, descriptor: ReducingStateDescriptor<T>): ReducingState<T> & MergingState
  getState<IN, ACC, OUT>(
    namespace: Namespace,
    descriptor: AggregatingStateDescriptor<IN, ACC, OUT>,
  ): AggregatingState<IN, OUT> & MergingState
  getState(namespace: Namespace, descriptor: StateDescriptor): State & InNamespace

  /**
   * Calls `visit` for every key that has state under the namespace, with that key current. The function may change and clear the
   * state it is given. The key that was current before is current again afterwards.
   */
  applyToAllKeys<S extends State>(
    namespace: Namespace,
    descriptor: StateDescriptor,
    visit: (key: unknown, state: S) => void,
  ): void

  /** Entries, one for each key and namespace of each state (a list or a map is one entry). */
  readonly entryCount: number
  /** The same by state name. */
  entryCounts(): ReadonlyMap<string, number>
}
