import {deepCopy} from '../snapshots/deep-copy.js'
import type {EntryTable} from './entry-table.js'
import type {Entry} from './key-table.js'
import type {UserMap} from './user-map.js'

/** One value of a map is handed out and may come back changed: a running snapshot gets a copy of it, and of the others none. */
export function exposeMapValue<K, V>(table: EntryTable<UserMap<K, V>>, entry: Entry<UserMap<K, V>>, key: K): void {
  if (!table.isSnapshotRunning) return
  const saved = table.preserve(entry, true)
  if (saved === undefined || saved.isDeep) return
  const copy = saved.value as UserMap<K, V>
  const value = copy.get(key)
  if (value !== undefined && value === entry.value.get(key)) copy.set(key, deepCopy(value))
}
