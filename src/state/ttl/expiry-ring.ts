import type {EntryTable} from '../heap/entry-table.js'
import type {Entry, KeyTable} from '../heap/key-table.js'
import type {EntryWatch} from '../heap/state-table.js'
import type {KnownKey} from '../keys/current-key.js'
import {ExpiringEntry} from './expiring-entry.js'
import type {Expiry, ExpiryCleanup} from './expiry-cleanup.js'

/**
 * All entries of a state with a TTL, in a ring that a cursor goes round: a few entries per access, so that expired state goes
 * without anybody asking for it. An entry that leaves gives its place to the last one.
 */
export class ExpiryRing<V> implements EntryWatch<V>, ExpiryCleanup<V> {
  private readonly entries: ExpiringEntry<V>[] = []
  private cursor = 0

  create(known: KnownKey, value: V, home: KeyTable<V>): ExpiringEntry<V> {
    const entry = new ExpiringEntry(known, value, home)
    entry.ringIndex = this.entries.push(entry) - 1
    return entry
  }

  onRemove(entry: Entry<V>): void {
    const {ringIndex} = entry as ExpiringEntry<V>
    const last = this.entries.pop()!
    if (last === entry) return
    this.entries[ringIndex] = last
    last.ringIndex = ringIndex
  }

  /** Looks at the next `count` entries, at none twice. */
  clean(table: EntryTable<V>, count: number, {survivors}: Expiry<V>): void {
    for (let left = Math.min(count, this.entries.length); left > 0; left--) {
      if (this.cursor >= this.entries.length) this.cursor = 0
      const entry = this.entries[this.cursor]
      const rest = survivors(entry)
      if (rest === undefined) table.removeFrom(entry.home, entry.mapKey)
      else {
        if (rest !== entry.value) table.replace(entry, rest)
        this.cursor += 1
      }
    }
  }
}
