import type {MapState} from '../states.js'
import type {EntryTable} from './entry-table.js'
import {exposeMapValue} from './expose-map-value.js'
import {HeapState} from './heap-state.js'
import {nothing} from './nothing.js'
import {UserMap} from './user-map.js'

export class HeapMapState<K, V> extends HeapState<EntryTable<UserMap<K, V>>> implements MapState<K, V> {
  get(key: K): V | undefined {
    const entry = this.table.find(this.namespace)
    const value = entry?.value.get(key)
    if (typeof value === 'object' && entry !== undefined) exposeMapValue(this.table, entry, key)
    return value
  }

  contains(key: K): boolean {
    return this.map()?.has(key) ?? false
  }

  put(key: K, value: V): void {
    this.mapToChange().set(key, value)
  }

  putAll(entries: ReadonlyMap<K, V> | Iterable<readonly [K, V]>): void {
    for (const [key, value] of entries) this.mapToChange().set(key, value)
  }

  remove(key: K): void {
    const entry = this.table.find(this.namespace)
    if (entry === undefined) return
    const map = this.table.own(entry)
    map.delete(key)
    if (map.size === 0) this.table.remove(this.namespace)
  }

  override clear(): void {
    this.table.take(this.namespace)?.clear()
  }

  entries(): IterableIterator<[K, V]> {
    return this.exposedMap()?.entries() ?? nothing()
  }

  keys(): IterableIterator<K> {
    return this.map()?.keys() ?? nothing()
  }

  values(): IterableIterator<V> {
    return this.exposedMap()?.allValues() ?? nothing()
  }

  isEmpty(): boolean {
    return this.table.find(this.namespace) === undefined
  }

  private map(): UserMap<K, V> | undefined {
    return this.table.find(this.namespace)?.value
  }

  /** Whose values may all be changed and put again. */
  private exposedMap(): UserMap<K, V> | undefined {
    const entry = this.table.find(this.namespace)
    return entry === undefined ? undefined : this.table.expose(entry)
  }

  private mapToChange(): UserMap<K, V> {
    const entry = this.table.find(this.namespace)
    if (entry !== undefined) return this.table.own(entry)
    const map = new UserMap<K, V>(this.table.name)
    this.table.write(this.namespace, map)
    return map
  }
}
