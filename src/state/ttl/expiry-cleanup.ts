import type {EntryTable} from '../heap/entry-table.js'
import type {Entry} from '../heap/key-table.js'

/** Removes what has expired without anybody asking for it, a little at each access. */
export interface ExpiryCleanup<V> {
  /**
   * Looks at about `count` entries. `survivors` gives what is left of an entry's value: undefined if nothing, and the value itself if all
   * of it.
   */
  clean(table: EntryTable<V>, count: number, survivors: (entry: Entry<V>) => V | undefined): void
}
