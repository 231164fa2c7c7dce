import type {EntryTable} from '../heap/entry-table.js'
import type {Expiry, ExpiryCleanup} from '../ttl/expiry-cleanup.js'
import type {StoredTable} from './stored-table.js'

/** Rows that are looked at together. */
const ROWS_MAX = 128

/**
 * Goes round the rows of a state with a TTL in the store: one row for each access, many at a time, whatever number of entries an access was
 * said to look at. (RocksDB in Flink looks when it compacts.) A row says when its oldest part was touched, so most are not decoded.
 */
export class StoredCleanup<V> implements ExpiryCleanup<V> {
  private accesses = 0
  /** The key of the last row looked at; undefined: it begins at the first. */
  private last: Uint8Array | undefined = undefined

  constructor(private readonly stored: StoredTable<V>) {}

  clean(table: EntryTable<V>, _count: number, expiry: Expiry<V>): void {
    this.accesses += 1
    if (this.accesses < ROWS_MAX) return
    this.accesses = 0
    for (const [rowKey, row] of this.nextRows()) this.cleanRow(table, rowKey, row, expiry)
  }

  private nextRows(): readonly (readonly [Uint8Array, Uint8Array])[] {
    const {space, state} = this.stored.parts
    // Once a round, so that what nobody asks for is in the store at all.
    if (this.last === undefined) space.flushAll()
    const cursor = this.last === undefined ? space.rows(state) : space.rowsAfter(state, this.last)
    const found = cursor.next(ROWS_MAX)
    cursor.close()
    const rows = Array.from({length: found.length / 2}, (_, i) => [found[2 * i], found[2 * i + 1]] as const)
    this.last = rows.length < ROWS_MAX ? undefined : rows.at(-1)?.[0]
    return rows
  }

  private cleanRow(table: EntryTable<V>, rowKey: Uint8Array, row: Uint8Array, {expiredUpToMs, survivors}: Expiry<V>) {
    if (this.stored.parts.values.oldestTouchMs(row) > expiredUpToMs) return
    const entry = this.stored.bringIn(rowKey, row)
    if (entry === undefined) return
    const rest = survivors(entry)
    if (rest === undefined) table.removeFrom(entry.home, entry.mapKey)
    else if (rest !== entry.value) table.replace(entry, rest)
  }
}
