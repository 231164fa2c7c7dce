import {exposeMapValue} from '../heap/expose-map-value.js'
import type {Entry} from '../heap/key-table.js'
import {nothing} from '../heap/nothing.js'
import {UserMap} from '../heap/user-map.js'
import type {MapState} from '../states.js'
import type {Expiring} from './expiring.js'
import {TtlState} from './ttl-state.js'

type ExpiringMap<K, V> = UserMap<K, Expiring<V>>

export class TtlMapState<K, V> extends TtlState<ExpiringMap<K, V>> implements MapState<K, V> {
  get(key: K): V | undefined {
    return this.read(key)?.value
  }

  contains(key: K): boolean {
    return this.read(key) !== undefined
  }

  put(key: K, value: V): void {
    const lastAccessMs = this.accessedAt()
    this.mapToChange().set(key, {value, lastAccessMs})
  }

  putAll(entries: ReadonlyMap<K, V> | Iterable<readonly [K, V]>): void {
    const lastAccessMs = this.accessedAt()
    for (const [key, value] of entries) this.mapToChange().set(key, {value, lastAccessMs})
  }

  remove(key: K): void {
    this.accessedAt()
    this.drop(key)
  }

  override clear(): void {
    this.accessedAt()
    this.table.take(this.namespace)?.clear()
  }

  *entries(): Generator<[K, V], undefined> {
    this.accessedAt()
    const entry = this.table.find(this.namespace)
    const map = entry === undefined ? undefined : this.table.expose(entry)
    for (const [key, stored] of map?.entries() ?? nothing()) {
      const visible = this.touch(key, stored, this.nowMs())
      if (visible !== undefined) yield [key, visible.value]
    }
  }

  *keys(): Generator<K, undefined> {
    for (const [key] of this.entries()) yield key
  }

  *values(): Generator<V, undefined> {
    for (const [, value] of this.entries()) yield value
  }

  isEmpty(): boolean {
    const nowMs = this.accessedAt()
    const map = this.table.find(this.namespace)?.value
    if (map === undefined) return true
    for (const stored of map.allValues()) if (this.isVisible(stored, nowMs)) return false
    return true
  }

  protected override unexpired(entry: Entry<ExpiringMap<K, V>>, nowMs: number): ExpiringMap<K, V> | undefined {
    for (const [key, stored] of entry.value.entries())
      if (this.isExpired(stored, nowMs)) this.table.own(entry).delete(key)
    const map = entry.value
    return map.size === 0 ? undefined : map
  }

  private read(key: K): Expiring<V> | undefined {
    const nowMs = this.accessedAt()
    const entry = this.table.find(this.namespace)
    const stored = entry?.value.get(key)
    if (entry === undefined || stored === undefined) return undefined
    exposeMapValue(this.table, entry, key)
    return this.touch(key, stored, nowMs)
  }

  /** Expired entries are removed by the read, which may still give them, once. */
  private touch(key: K, stored: Expiring<V>, nowMs: number): Expiring<V> | undefined {
    if (this.isExpired(stored, nowMs)) {
      this.drop(key)
      return this.ttl.returnExpired ? stored : undefined
    }
    if (this.ttl.updateOnRead) this.mapToChange().set(key, {value: stored.value, lastAccessMs: nowMs})
    return stored
  }

  private drop(key: K): void {
    const entry = this.table.find(this.namespace)
    if (entry === undefined) return
    const map = this.table.own(entry)
    map.delete(key)
    if (map.size === 0) this.table.remove(this.namespace)
  }

  private mapToChange(): ExpiringMap<K, V> {
    const entry = this.table.find(this.namespace)
    if (entry !== undefined) return this.table.own(entry)
    const map = new UserMap<K, Expiring<V>>(this.table.name)
    this.table.write(this.namespace, map)
    return map
  }
}
