import {Entry, type KeyTable} from '../heap/key-table.js'
import type {KnownKey} from '../keys/current-key.js'
import type {MapKey} from '../keys/map-key.js'

/** An entry that can be removed without its key being current. */
export class ExpiringEntry<V> extends Entry<V> {
  /** Its place in the ring. */
  ringIndex = -1

  readonly mapKey: MapKey

  constructor({key, mapKey, keyGroup}: KnownKey, value: V, home: KeyTable<V>) {
    super(key, value, keyGroup, home)
    this.mapKey = mapKey
  }
}
