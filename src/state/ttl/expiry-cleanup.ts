import type {EntryTable} from '../heap/entry-table.js'
import type {Entry} from '../heap/key-table.js'

/** How an entry is looked at. */
export interface Expiry<V> {
  /** What was touched then or before has expired. */
  readonly expiredUpToMs: number
  /** What is left of an entry's value: undefined if nothing, and the value itself if all of it. */
  survivors(entry: Entry<V>): V | undefined
}

/** Removes what has expired without anybody asking for it, a little at each access. */
export interface ExpiryCleanup<V> {
  /** Looks at about `count` entries. */
  clean(table: EntryTable<V>, count: number, expiry: Expiry<V>): void
}
