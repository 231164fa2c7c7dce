import {assert, type StoreCursor} from '../../core/index.js'
import type {KnownKey} from '../keys/current-key.js'
import type {Namespace} from '../keys/namespace.js'
import {ChangeLog} from '../snapshots/change-log.js'
import type {RunningSnapshot} from '../snapshots/change-tracker.js'
import type {Saved} from '../snapshots/item.js'
import type {SnapshotSource, StoredItem, StoredRows} from '../snapshots/snapshot-source.js'
import type {StateMeta} from '../snapshots/state-meta.js'
import type {ValueCodec} from '../state-descriptors.js'
import {mergeChanges} from './merge-changes.js'
import {CHANGE_PREFIX_BYTES, ROW_PREFIX_BYTES} from './store-space.js'
import type {StoredTable} from './stored-table.js'

/**
 * A stored state as snapshots see it.
 *
 *   barrier ─▶ entries that were dirty are written ─▶ cursors, which see the store as it is then ─▶ read, piece by piece
 *
 * A full snapshot reads the rows, one of what changed the changes of the epochs since.
 */
export class StoredSource implements SnapshotSource<StoredItem>, StoredRows {
  readonly log: ChangeLog<StoredItem>
  private cursors: readonly StoreCursor[] = []
  private isFull = true
  private mayBeThere = false

  constructor(
    readonly meta: StateMeta,
    private readonly table: StoredTable<unknown>,
  ) {
    this.log = new ChangeLog<StoredItem>(table.parts.key.tracker)
  }

  get stored(): StoredRows {
    return this
  }

  get size(): number {
    return this.table.size
  }

  decodeWith(codec: ValueCodec<unknown>): void {
    this.table.decodeInMemory((value) => codec.decode(value))
    this.table.parts.values.codec = codec
  }

  items(): Iterator<StoredItem, unknown> {
    return [].values()
  }

  namespaceOf({namespace}: StoredItem): Namespace {
    return namespace
  }

  valueOf({value}: StoredItem): unknown {
    return value
  }

  /** What was read is nobody else's. */
  freeze({value}: StoredItem): Saved {
    return {epoch: -1, value, isDeep: true}
  }

  reading(content: 'all' | 'changes'): void {
    this.table.commit()
    this.mayBeThere = content === 'changes'
  }

  restore(known: KnownKey, namespace: Namespace, value: unknown): void {
    this.table.restore(known, namespace, value, this.mayBeThere)
  }

  restoreRemoval(known: KnownKey, namespace: Namespace): void {
    this.table.restoreRemoval(known, namespace)
  }

  restored(): void {
    this.table.commit()
  }

  atBarrier(): void {
    this.table.parts.space.atBarrier()
  }

  get noteCount(): number {
    let count = 0
    for (const notes of this.table.notes.values()) count += notes
    return count
  }

  hasChanged(afterEpoch: number): boolean {
    for (const epoch of this.table.notes.keys()) if (epoch > afterEpoch) return true
    return this.table.parts.space.isAwaiting
  }

  begin({epoch, afterEpoch}: RunningSnapshot): void {
    assert(this.cursors.length === 0, 'one snapshot is written at a time', {state: this.meta.name})
    const {space, state} = this.table.parts
    this.isFull = afterEpoch < 0
    space.whenWritten(() => {
      this.cursors = this.isFull
        ? [space.rows(state)]
        : this.notedBetween(afterEpoch, epoch).map((noted) => space.changes(state, noted))
    })
  }

  *read(countMax: number): Generator<readonly StoredItem[]> {
    while (this.table.parts.space.writeSomeAwaited()) yield []
    const prefixBytes = this.isFull ? ROW_PREFIX_BYTES : CHANGE_PREFIX_BYTES
    let items: StoredItem[] = []
    for (const [key, value] of mergeChanges(this.cursors, countMax)) {
      const row = this.table.readRow(key, prefixBytes, value)
      if (items.push({...row, stamp: 0, saved: undefined}) < countMax) continue
      yield items
      items = []
    }
    if (items.length > 0) yield items
  }

  end(): void {
    this.table.parts.space.giveUpBarrier()
    for (const cursor of this.cursors) cursor.close()
    this.cursors = []
  }

  forget(upToEpoch: number): void {
    const {space, state} = this.table.parts
    const {notes} = this.table
    const settled = [...notes.keys()].filter((epoch) => epoch <= upToEpoch)
    if (settled.length === 0) return
    space.forget(state, upToEpoch)
    for (const epoch of settled) notes.delete(epoch)
  }

  /** Epochs, oldest first. */
  private notedBetween(afterEpoch: number, lastEpoch: number): readonly number[] {
    return [...this.table.notes.keys()]
      .filter((epoch) => epoch > afterEpoch && epoch <= lastEpoch)
      .sort((a, b) => a - b)
  }
}
