import {FtsError} from '../../core/index.js'
import type {ReadonlyMapState} from '../../state/index.js'

/** Broadcast state as the side sees it that must not write: the subtasks' copies would come apart. */
export class ReadonlyMapView<K, V> implements ReadonlyMapState<K, V> {
  constructor(
    private readonly map: ReadonlyMapState<K, V>,
    private readonly name: string,
  ) {}

  get(key: K): V | undefined {
    return this.map.get(key)
  }

  contains(key: K): boolean {
    return this.map.contains(key)
  }

  entries(): IterableIterator<[K, V]> {
    return this.map.entries()
  }

  keys(): IterableIterator<K> {
    return this.map.keys()
  }

  values(): IterableIterator<V> {
    return this.map.values()
  }

  isEmpty(): boolean {
    return this.map.isEmpty()
  }

  put(): never {
    throw this.readOnly()
  }

  putAll(): never {
    throw this.readOnly()
  }

  remove(): never {
    throw this.readOnly()
  }

  clear(): never {
    throw this.readOnly()
  }

  private readOnly(): FtsError {
    return new FtsError(
      'user',
      'FTS_BROADCAST_STATE_READ_ONLY',
      `broadcast state "${this.name}" was written outside of processBroadcastElement`,
      {state: this.name},
      {tryThis: 'Only records of the broadcast stream may change it, because only these reach every subtask.'},
    )
  }
}
