import type {BroadcastState} from '../states.js'
import {UserMap} from './user-map.js'

/** The map of a broadcast stream in one subtask. */
export class HeapBroadcastState<K, V> implements BroadcastState<K, V> {
  private readonly map: UserMap<K, V>

  constructor(name: string) {
    this.map = new UserMap(name)
  }

  get(key: K): V | undefined {
    return this.map.get(key)
  }

  contains(key: K): boolean {
    return this.map.has(key)
  }

  put(key: K, value: V): void {
    this.map.set(key, value)
  }

  putAll(entries: ReadonlyMap<K, V> | Iterable<readonly [K, V]>): void {
    for (const [key, value] of entries) this.map.set(key, value)
  }

  remove(key: K): void {
    this.map.delete(key)
  }

  clear(): void {
    this.map.clear()
  }

  entries(): IterableIterator<[K, V]> {
    return this.map.entries()
  }

  keys(): IterableIterator<K> {
    return this.map.keys()
  }

  values(): IterableIterator<V> {
    return this.map.allValues()
  }

  isEmpty(): boolean {
    return this.map.size === 0
  }
}
