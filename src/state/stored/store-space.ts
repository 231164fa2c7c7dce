import type {OrderedStore, StoreBatch, StoreCursor} from '../../core/index.js'
import {type MapKey, toMapKey} from '../keys/map-key.js'
import {type Namespace, VOID_NAMESPACE} from '../keys/namespace.js'
import {isSpan} from '../keys/same-namespace.js'
import type {CachedEntry} from './cached-entry.js'
import type {EntryCache} from './entry-cache.js'
import {KEY_SPAN, KEY_VOID, KeyWriter} from './key-writer.js'
import type {StateStorage} from './state-storage.js'

/** Areas of an operator's keys: its rows, and what changed in which epoch. */
const ROWS = 0
const CHANGES = 1
const OWNER_BYTES = 4
/** Owner, area, state: then the key group comes. */
export const ROW_PREFIX_BYTES = OWNER_BYTES + 1 + 2
/** Owner, area, state, epoch. */
export const CHANGE_PREFIX_BYTES = ROW_PREFIX_BYTES + 4

/** Which row of a state. */
export interface RowName {
  readonly keyGroup: number
  readonly mapKey: MapKey
  readonly namespace: Namespace
}

/** What was dirty when a snapshot was taken, and who reads the store when all of it has been written. */
interface Barrier {
  readonly awaited: CachedEntry<unknown>[]
  readonly whenWritten: (() => void)[]
}

/** Entries written at a time for a snapshot. */
const AWAITED_AT_ONCE = 256
/** Memory may go so far beyond its limits while a snapshot awaits entries. */
const OVERDRAFT = 1.25

/** Written at once when too many entries wait for it. */
const FLUSHED_RATIO = 1 / 8
const RESTORED_PER_BATCH = 1000

export interface StoreSpaceOptions {
  readonly storage: StateStorage
  /** Entries that may differ from the store; a snapshot begins with writing them. */
  readonly dirtyMax: number
}

/**
 * What belongs to one operator subtask in a store, and what it still has to write.
 *
 *   row      owner u32, 0 u8, state u16, key group u16, key, namespace          ─▶ RowValues
 *   change   owner u32, 1 u8, state u16, epoch u32, key group u16, key, namespace ─▶ the row as it was at the end of the epoch, or that it is gone
 *
 * Numbers are big endian, so that rows lie by state and key group, and a key's namespaces beside each other.
 *
 *   barrier ─▶ dirty entries are awaited: written a few at a time, or before they change; nothing newer is written ─▶ cursors are opened
 */
export class StoreSpace {
  readonly cache: EntryCache
  readonly batch: StoreBatch
  private readonly store: OrderedStore
  private readonly owner: number
  private readonly writer = new KeyWriter()
  private dirty: CachedEntry<unknown>[] = []
  private barrier: Barrier | undefined = undefined

  constructor(private readonly options: StoreSpaceOptions) {
    const {storage} = options
    this.store = storage.store
    this.cache = storage.cache
    this.owner = storage.newOwner()
    this.batch = this.store.batch()
  }

  get(state: number, row: RowName): Uint8Array | undefined {
    return this.store.get(this.rowKey(state, row))
  }

  put(state: number, row: RowName, value: Uint8Array): void {
    this.batch.put(this.rowKey(state, row), value)
  }

  delete(state: number, row: RowName): void {
    this.batch.delete(this.rowKey(state, row))
  }

  /** Notes what a row has become in an epoch, for snapshots of what changed. */
  note(state: number, epoch: number, row: RowName, value: Uint8Array): void {
    this.begin(CHANGES, state)
    this.writer.u32(epoch)
    this.batch.put(this.name(row), value)
  }

  /** Restores do not wait for the end. */
  commitIfMany(): void {
    if (this.batch.count >= RESTORED_PER_BATCH) this.commit()
  }

  commit(): void {
    this.batch.write()
  }

  /** An entry differs from the store from now on. */
  changed(entry: CachedEntry<unknown>): void {
    this.dirty.push(entry)
  }

  /** Writes and evicts where there is too much. To be called when nobody works with an entry of another key than the current one. */
  settle(): void {
    if (this.barrier !== undefined && !this.isOverdrawn) return
    if (this.barrier !== undefined) this.writeAwaited()
    if (this.dirty.length > this.options.dirtyMax) this.flushOldest()
    this.cache.makeRoom()
  }

  /** A snapshot awaits entries: what has changed since must not be written. */
  get isAwaiting(): boolean {
    return this.barrier !== undefined
  }

  /** A snapshot is taken of what is so now. More than one state may say so. */
  atBarrier(): void {
    if (this.barrier !== undefined || this.dirty.length === 0) return
    this.barrier = {awaited: this.dirty, whenWritten: []}
    this.dirty = []
  }

  /** Calls back when the store has what the snapshot is to have, and nothing newer. */
  whenWritten(open: () => void): void {
    if (this.barrier === undefined) open()
    else this.barrier.whenWritten.push(open)
  }

  /** Writes some of what a snapshot awaits; false: all of it is written. */
  writeSomeAwaited(): boolean {
    const {barrier} = this
    if (barrier === undefined) return false
    for (const entry of barrier.awaited.splice(-AWAITED_AT_ONCE)) if (entry.isAwaited) entry.table.flush(entry)
    this.commit()
    if (barrier.awaited.length > 0) return true
    this.barrier = undefined
    for (const open of barrier.whenWritten) open()
    return false
  }

  /** The snapshot is not going to be. */
  giveUpBarrier(): void {
    const {barrier} = this
    if (barrier === undefined) return
    this.barrier = undefined
    this.dirty.unshift(...barrier.awaited.filter(({isDirty}) => isDirty))
  }

  /** Writes all there is. */
  flushAll(): void {
    this.writeAwaited()
    const {dirty} = this
    this.dirty = []
    for (const entry of dirty) entry.table.flush(entry)
    this.commit()
  }

  rows(state: number): StoreCursor {
    return this.between(this.prefix(ROWS, state), this.prefix(ROWS, state + 1))
  }

  /** Rows from one on that a cursor gave before. */
  rowsAfter(state: number, last: Uint8Array): StoreCursor {
    return this.between(Buffer.concat([last, Buffer.of(0)]), this.prefix(ROWS, state + 1))
  }

  changes(state: number, epoch: number): StoreCursor {
    return this.between(this.changesOf(state, epoch), this.changesOf(state, epoch + 1))
  }

  /** Changes up to an epoch are not needed any more. */
  forget(state: number, upToEpoch: number): void {
    this.store.clear({from: this.changesOf(state, 0), to: this.changesOf(state, upToEpoch + 1)})
  }

  /** Removes all of it, from memory too. */
  clear(): void {
    for (const entry of this.dirty) entry.isDirty = false
    this.dirty = []
    this.store.clear({from: this.ownerKey(this.owner), to: this.ownerKey(this.owner + 1)})
  }

  /** A namespace as it is in keys. */
  namespaceBytes(namespace: Namespace): Uint8Array {
    this.writer.reset(0)
    this.namespace(namespace)
    return Uint8Array.from(this.writer.taken())
  }

  private writeAwaited(): void {
    while (this.writeSomeAwaited());
  }

  private get isOverdrawn(): boolean {
    const {dirtyMax} = this.options
    return this.dirty.length > OVERDRAFT * dirtyMax + AWAITED_AT_ONCE || this.cache.isOverdrawn(OVERDRAFT)
  }

  private flushOldest(): void {
    const count = Math.ceil(this.options.dirtyMax * FLUSHED_RATIO)
    for (const entry of this.dirty.splice(0, count)) {
      if (entry.isDirty && entry.table.isInUse(entry)) this.dirty.push(entry)
      else entry.table.flush(entry)
    }
    this.commit()
  }

  private between(from: Uint8Array, to: Uint8Array): StoreCursor {
    return this.store.cursor({from, to})
  }

  private rowKey(state: number, row: RowName): Uint8Array {
    this.begin(ROWS, state)
    return this.name(row)
  }

  private name({keyGroup, mapKey, namespace}: RowName): Uint8Array {
    const {writer} = this
    writer.u16(keyGroup)
    writer.mapKey(mapKey)
    this.namespace(namespace)
    return writer.taken()
  }

  private namespace(namespace: Namespace): void {
    const {writer} = this
    if (namespace === VOID_NAMESPACE) writer.u8(KEY_VOID)
    else if (typeof namespace === 'object' && isSpan(namespace)) {
      writer.u8(KEY_SPAN)
      writer.f64(namespace.start)
      writer.f64(namespace.end)
    } else writer.mapKey(toMapKey(namespace))
  }

  private changesOf(state: number, epoch: number): Uint8Array {
    this.begin(CHANGES, state)
    this.writer.u32(epoch)
    return Uint8Array.from(this.writer.taken())
  }

  private prefix(area: number, state: number): Uint8Array {
    this.begin(area, state)
    return Uint8Array.from(this.writer.taken())
  }

  private begin(area: number, state: number): void {
    const {writer} = this
    writer.reset(0)
    writer.u32(this.owner)
    writer.u8(area)
    writer.u16(state)
  }

  private ownerKey(owner: number): Uint8Array {
    this.writer.reset(0)
    this.writer.u32(owner)
    return Uint8Array.from(this.writer.taken())
  }
}
