import type {MapKey} from '../keys/map-key.js'
import type {Namespace} from '../keys/namespace.js'
import type {Saved} from '../snapshots/item.js'
import type {Entry, KeyTable} from './key-table.js'
import type {SingleTable} from './single-table.js'

/**
 * All entries of one state as its handles use them. Calls are about the current key.
 *
 *   find ─▶ look            find ─▶ own ─▶ change in place            find ─▶ expose ─▶ hand out            write · remove · take
 *
 * An entry that was found may be used until another key becomes current.
 */
export interface EntryTable<V> extends SingleTable<V> {
  readonly isSnapshotRunning: boolean
  /** The entry of the current key. What is in it is only looked at, see `own` and `expose`. */
  find(namespace: Namespace): Entry<V> | undefined
  /** The value of `entry`, to be changed in place. */
  own(entry: Entry<V>): V
  /** The value of `entry`, for somebody who may change it before he gives it back. */
  expose(entry: Entry<V>): V
  replace(entry: Entry<V>, value: V): void
  /** Forgets an entry of any key. */
  removeFrom(home: KeyTable<V>, mapKey: MapKey): void
  /** What the running snapshot will write of the entry, where that is saved or must be now. */
  preserve(entry: Entry<V>, isChangedInPlace: boolean): Saved | undefined
}
