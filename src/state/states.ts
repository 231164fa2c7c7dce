/**
 * The states a user function sees. Each call is about the current key (and namespace): the handle is asked for once, in `open`,
 * and then used for every record.
 */
export interface State {
  /** Forgets the state of the current key. */
  clear(): void
}

/** One value per key. `R` is what a read gives: `T | undefined`, or `T` where the descriptor has a default value. */
export interface ValueState<T, R = T | undefined> extends State {
  /** The value, else the descriptor's default, else undefined. A value that you change in place must be given to `update`. */
  value(): R
  /** Sets the value. `null` and `undefined` mean no value, as in Flink: the same as `clear`. */
  update(value: T | null | undefined): void
}

/** A state to which values are added. */
export interface AppendingState<IN> extends State {
  add(value: IN): void
}

/** A list per key. A list that is empty takes no room. */
export interface ListState<T> extends AppendingState<T> {
  /** The elements in the order they were added. A snapshot: later changes of the state do not show in it. */
  get(): readonly T[]
  addAll(values: Iterable<T>): void
  /** Replaces the whole list. */
  update(values: Iterable<T>): void
}

/** What is left of all values that were added, by the descriptor's reduce function. */
export interface ReducingState<T> extends AppendingState<T> {
  get(): T | undefined
}

/** The result of the descriptor's aggregate function over all values that were added. */
export interface AggregatingState<IN, OUT> extends AppendingState<IN> {
  get(): OUT | undefined
}

/** A map that can be read. Its keys are compared by content, as keys of a stream are. */
export interface ReadonlyMapState<K, V> {
  get(key: K): V | undefined
  contains(key: K): boolean
  /**
   * Iterations go in the order in which keys were first put. They follow the map while it changes, as JavaScript's Map does:
   * an entry removed before its turn is not visited, one that is new is visited last. Clearing the state ends them.
   */
  entries(): IterableIterator<[K, V]>
  keys(): IterableIterator<K>
  values(): IterableIterator<V>
  isEmpty(): boolean
}

/** A map per key of the stream. A map that is empty takes no room. */
export interface MapState<K, V> extends ReadonlyMapState<K, V>, State {
  put(key: K, value: V): void
  putAll(entries: ReadonlyMap<K, V> | Iterable<readonly [K, V]>): void
  remove(key: K): void
}

/** The map of a broadcast stream: the same in every subtask. Only the broadcast side may write; the other gets the read-only view. */
export interface BroadcastState<K, V> extends MapState<K, V> {}
