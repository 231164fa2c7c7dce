import {Entry, type KeyTable} from '../heap/key-table.js'
import type {MapKey} from '../keys/map-key.js'

/** An entry that can be removed without its key being current. */
export class ExpiringEntry<V> extends Entry<V> {
  /** Its place in the ring. */
  ringIndex = -1

  constructor(
    key: unknown,
    value: V,
    readonly home: KeyTable<V>,
    readonly mapKey: MapKey,
  ) {
    super(key, value)
  }
}
