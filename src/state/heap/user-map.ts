import {badKey} from '../keys/bad-key.js'
import {isEncoded, type MapKey, toMapKey} from '../keys/map-key.js'

/**
 * A Map whose keys are compared by content. Keys that are primitives are the Map's own; the originals of others are kept beside it.
 * Iterations behave as those of Map.
 */
export class UserMap<K, V> {
  private readonly values = new Map<MapKey, V>()
  /** Undefined until the first key that is not a primitive. */
  private originals: Map<MapKey, K> | undefined = undefined

  constructor(private readonly stateName: string) {}

  get size(): number {
    return this.values.size
  }

  get(key: K): V | undefined {
    return this.values.get(this.mapKey(key))
  }

  has(key: K): boolean {
    return this.values.has(this.mapKey(key))
  }

  set(key: K, value: V): void {
    const mapKey = this.mapKey(key)
    this.values.set(mapKey, value)
    if (isEncoded(mapKey)) this.keepOriginal(mapKey, key)
  }

  delete(key: K): void {
    const mapKey = this.mapKey(key)
    this.values.delete(mapKey)
    this.originals?.delete(mapKey)
  }

  /** A map of the same keys and values in the same order. */
  copy(): UserMap<K, V> {
    const copied = new UserMap<K, V>(this.stateName)
    for (const [mapKey, value] of this.values) copied.values.set(mapKey, value)
    if (this.originals !== undefined) copied.originals = new Map(this.originals)
    return copied
  }

  replaceEach(replace: (value: V) => V): void {
    for (const [mapKey, value] of this.values) this.values.set(mapKey, replace(value))
  }

  clear(): void {
    this.values.clear()
    this.originals = undefined
  }

  *keys(): Generator<K, undefined> {
    for (const mapKey of this.values.keys()) yield this.original(mapKey)
  }

  *entries(): Generator<[K, V], undefined> {
    for (const [mapKey, value] of this.values) yield [this.original(mapKey), value]
  }

  allValues(): IterableIterator<V> {
    return this.values.values()
  }

  private original(mapKey: MapKey): K {
    return (isEncoded(mapKey) ? this.originals?.get(mapKey) : mapKey) as K
  }

  private mapKey(key: K): MapKey {
    const mapKey = toMapKey(key)
    if ((mapKey === undefined && key !== undefined) || typeof key === 'function' || typeof key === 'symbol')
      throw badKey(`map state "${this.stateName}"`, key)
    return mapKey
  }

  private keepOriginal(mapKey: MapKey, key: K): void {
    this.originals ??= new Map()
    if (!this.originals.has(mapKey)) this.originals.set(mapKey, key)
  }
}
