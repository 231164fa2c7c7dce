import {Entry, type KeyTable} from '../heap/key-table.js'
import type {KnownKey} from '../keys/current-key.js'
import type {MapKey} from '../keys/map-key.js'
import type {StoredTable} from './stored-table.js'

/**
 * A row of a stored state in memory.
 *
 *   clean ─▶ dirty ─▶ (written) ─▶ clean ─▶ (evicted)          dirty: waits in the table's queue to be written
 *
 * An entry that is gone stays here until the store knows.
 */
export class CachedEntry<V> extends Entry<V> {
  readonly mapKey: MapKey
  isDirty = false
  /** The epoch of snapshots in which it became dirty. */
  dirtyEpoch = -1
  isGone = false
  /** The store has a row of it, which may be older. */
  isStored = false
  /** Its place in the cache's ring; below 0: it is not there. */
  ringIndex = -1
  /** The current key's epoch when it was last used. */
  usedEpoch: number
  /** The same when the cache's hand last came by. */
  seenEpoch = -1
  /** The hand of the cache has chosen it to leave. */
  isChosen = false
  /** About how many bytes of memory it takes. */
  weight: number
  /** The epoch of snapshots in which its last change was noted; -1: none. */
  notedEpoch = -1

  constructor(
    {key, mapKey, keyGroup}: KnownKey,
    value: V,
    home: KeyTable<V>,
    readonly table: StoredTable<V>,
    init: {readonly usedEpoch: number; readonly weight: number},
  ) {
    super(key, value, keyGroup, home)
    this.mapKey = mapKey
    this.usedEpoch = init.usedEpoch
    this.weight = init.weight
  }

  /** A snapshot is to have it as it is: it is written before it changes. */
  get isAwaited(): boolean {
    const {space, key} = this.table.parts
    return this.isDirty && space.isAwaiting && this.dirtyEpoch < key.tracker.epoch
  }
}
