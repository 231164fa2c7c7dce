import {assert} from '../../core/index.js'
import type {EntryTable} from '../heap/entry-table.js'
import type {Entry} from '../heap/key-table.js'
import {KeyTable} from '../heap/key-table.js'
import {NamespaceTables} from '../heap/namespace-tables.js'
import {noKey} from '../heap/no-key.js'
import type {CurrentKey, KnownKey} from '../keys/current-key.js'
import {isEncoded, type MapKey, toMapKey} from '../keys/map-key.js'
import {type Namespace, VOID_NAMESPACE} from '../keys/namespace.js'
import {isSpan} from '../keys/same-namespace.js'
import {plainNamespace} from '../snapshots/plain-namespace.js'
import type {StateMeta} from '../snapshots/state-meta.js'
import {CachedEntry} from './cached-entry.js'
import {IN_VALUE, KeyReader} from './key-reader.js'
import type {RowExtras, RowValues} from './row-values.js'
import {ROW_PREFIX_BYTES, type RowName, type StoreSpace} from './store-space.js'

/** Of an entry of which nobody knows how large its value is. */
const NEW_ENTRY_BYTES = 400
/** Of an entry without key and value: the object itself, and its places in a Map and in the ring. */
const ENTRY_BYTES = 200
/** How much larger objects are than their bytes in the store. */
const OBJECT_BYTES_PER_BYTE = 3
/** What an element that is added to a list or map takes until its value is weighed again. */
const ELEMENT_BYTES = 64

const ROWS_PER_VISIT = 256

export interface StoredTableParts {
  readonly meta: StateMeta
  /** Its number in keys. */
  readonly state: number
  readonly key: CurrentKey
  readonly space: StoreSpace
  readonly values: RowValues
}

/** A row as a cursor gave it. */
export interface ReadRow {
  readonly isGone: boolean
  readonly key: unknown
  readonly keyGroup: number
  readonly namespace: Namespace
  readonly value: unknown
}

/**
 * All entries of one state in an ordered store, with those that were used last in memory, as objects:
 *
 *   find ─▶ in memory? ─▶ else read from the store        change ─▶ dirty ─▶ written with many others, or before a snapshot
 *
 * The memory has the form of a StateTable. What is in it and in the store is decided in `find` only, and never about the current key: an
 * entry that somebody works with stays.
 *
 * Cost     In memory one look-up in a Map, as for StateTable; else that of the store's `get`, also for a key that has nothing.
 */
export class StoredTable<V> implements EntryTable<V> {
  /** Entries of all namespaces, in memory or not. */
  size = 0
  readonly name: string
  /** Changes that were noted, by epoch. */
  readonly notes = new Map<number, number>()
  private readonly ofKey = new KeyTable<V>(VOID_NAMESPACE)
  private readonly namespaces = new NamespaceTables<V>()
  private readonly isSingle: boolean
  private readonly reader = new KeyReader()
  /** A restore has removed rows that the store does not know of yet. */
  private hasRemoved = false
  private seenEpoch = -1
  private seenNamespace: Namespace = VOID_NAMESPACE
  private seen: CachedEntry<V> | undefined = undefined

  constructor(readonly parts: StoredTableParts) {
    const {name, kind} = parts.meta
    this.name = name
    this.isSingle = kind !== 'list' && kind !== 'map'
  }

  /** Whether `preserve` has to be asked. */
  get isSnapshotRunning(): boolean {
    return this.parts.space.isAwaiting
  }

  find(namespace: Namespace): CachedEntry<V> | undefined {
    const {key, space} = this.parts
    if (this.seenEpoch === key.epoch && this.seenNamespace === namespace) return this.seen
    const mapKey = key.currentMapKey
    if (mapKey === undefined) throw noKey(this.name)
    space.settle()
    const entry = this.inMemory(namespace, mapKey) ?? this.load(namespace, mapKey)
    if (entry !== undefined) entry.usedEpoch = key.epoch
    return this.remember(namespace, entry?.isGone === true ? undefined : entry)
  }

  own(entry: Entry<V>): V {
    const stored = entry as CachedEntry<V>
    this.change(stored)
    if (!this.isSingle) this.parts.space.cache.weigh(stored, stored.weight + ELEMENT_BYTES)
    return entry.value
  }

  expose(entry: Entry<V>): V {
    if (this.parts.space.isAwaiting) this.preserve(entry)
    return entry.value
  }

  /** What a snapshot awaits goes to the store's batch; there is nothing to be kept. */
  preserve(entry: Entry<V>): undefined {
    const stored = entry as CachedEntry<V>
    if (stored.isAwaited) this.flush(stored)
  }

  read(namespace: Namespace): V | undefined {
    const entry = this.find(namespace)
    return entry === undefined ? undefined : this.expose(entry)
  }

  readToChange(namespace: Namespace): V | undefined {
    const entry = this.find(namespace)
    return entry === undefined ? undefined : this.own(entry)
  }

  write(namespace: Namespace, value: V): void {
    const entry = this.find(namespace)
    if (entry === undefined) this.create(namespace, value)
    else this.replace(entry, value)
  }

  replace(entry: Entry<V>, value: V): void {
    this.change(entry as CachedEntry<V>)
    entry.value = value
  }

  remove(namespace: Namespace): void {
    const entry = this.find(namespace)
    if (entry !== undefined) this.removeFrom(entry.home, entry.mapKey)
  }

  take(namespace: Namespace): V | undefined {
    const entry = this.find(namespace)
    if (entry === undefined) return undefined
    const {value} = entry
    this.removeFrom(entry.home, entry.mapKey)
    return value
  }

  removeFrom(home: KeyTable<V>, mapKey: MapKey): void {
    const entry = home.entries.get(mapKey) as CachedEntry<V> | undefined
    if (entry === undefined || entry.isGone) return
    this.size -= 1
    this.seenEpoch = -1
    this.preserve(entry)
    if (entry.isStored) this.change(entry)
    else this.drop(entry)
    entry.isGone = true
  }

  /** Visits each key of a namespace that has an entry now, with that key current. */
  forEachKey(namespace: Namespace, visit: (key: unknown) => void): void {
    const {key, space} = this.parts
    const wanted = Buffer.from(space.namespaceBytes(namespace))
    space.flushAll()
    for (const [rowKey, row] of this.eachRow()) {
      if (!wanted.equals(rowKey.subarray(rowKey.length - wanted.length))) continue
      const {key: found, keyGroup, namespace: itsNamespace} = this.readRow(rowKey, ROW_PREFIX_BYTES, row)
      if (!wanted.equals(space.namespaceBytes(itsNamespace))) continue
      key.resume({key: found, mapKey: toMapKey(found), keyGroup})
      visit(found)
    }
  }

  /** Whether somebody may be working with an entry. */
  isInUse(entry: CachedEntry<V>): boolean {
    const {key, space} = this.parts
    return entry.usedEpoch === key.epoch || space.isAwaiting
  }

  /** Gives a dirty entry to the batch. It has to be committed before anything is read from the store. */
  flush(entry: CachedEntry<V>): void {
    if (!entry.isDirty) return
    const {state, space, values} = this.parts
    const extras = this.extrasOf(entry)
    const row = rowOf(entry)
    if (entry.isGone) {
      space.delete(state, row)
      this.note(entry, () => values.encodeGone(extras))
      entry.isDirty = false
      this.drop(entry)
      return
    }
    const bytes = values.encode(entry.value, extras)
    space.put(state, row, bytes)
    this.note(entry, () => bytes)
    entry.isDirty = false
    entry.isStored = true
    space.cache.weigh(entry, ENTRY_BYTES + OBJECT_BYTES_PER_BYTE * bytes.length)
  }

  commit(): void {
    this.parts.space.commit()
  }

  /** Takes an entry that the store has as it is out of memory. */
  evict(entry: CachedEntry<V>): void {
    assert(!entry.isDirty, 'an entry that is evicted has been written', {state: this.name})
    this.drop(entry)
  }

  /** Puts an entry in its place that was read from a snapshot. */
  restore(known: KnownKey, namespace: Namespace, value: unknown, mayBeThere: boolean): void {
    const {state, space, values} = this.parts
    const row = {keyGroup: known.keyGroup, mapKey: known.mapKey, namespace}
    if (this.hasRemoved) space.commit()
    this.hasRemoved = false
    if (!mayBeThere || space.get(state, row) === undefined) this.size += 1
    space.put(state, row, values.encode(value, extrasOf(known.key, known.mapKey, namespace)))
    space.commitIfMany()
  }

  /** Forgets an entry that a snapshot says is gone. */
  restoreRemoval({keyGroup, mapKey}: KnownKey, namespace: Namespace): void {
    const {state, space} = this.parts
    const row = {keyGroup, mapKey, namespace}
    if (space.get(state, row) === undefined) return
    this.size -= 1
    space.delete(state, row)
    this.hasRemoved = true
  }

  /** A row of the store by its key, of which `prefixBytes` are before the key group. */
  readRow(rowKey: Uint8Array, prefixBytes: number, bytes: Uint8Array): ReadRow {
    const {reader} = this
    reader.start(rowKey, prefixBytes)
    const keyGroup = reader.u16()
    const key = reader.part()
    const namespace = reader.part()
    const {isGone, extras, value} = this.parts.values.decodeStored(bytes)
    return {
      isGone,
      keyGroup,
      key: key === IN_VALUE ? extras?.key : key,
      namespace: (extras?.namespace ?? namespace ?? VOID_NAMESPACE) as Namespace,
      value,
    }
  }

  /** An entry of the store that is to be looked at though its key is not current; undefined if it is dirty or in use. */
  bringIn(rowKey: Uint8Array, bytes: Uint8Array): CachedEntry<V> | undefined {
    const {key, keyGroup, namespace} = this.readRow(rowKey, ROW_PREFIX_BYTES, bytes)
    const known = {key, mapKey: toMapKey(key), keyGroup}
    const entry = this.inMemory(namespace, known.mapKey)
    if (entry !== undefined) return entry.isDirty || entry.isGone || this.isInUse(entry) ? undefined : entry
    return this.insertStored(known, namespace, bytes, UNUSED_EPOCH)
  }

  *eachRow(): Generator<readonly [Uint8Array, Uint8Array]> {
    const {space, state} = this.parts
    const cursor = space.rows(state)
    try {
      for (let rows = cursor.next(ROWS_PER_VISIT); rows.length > 0; rows = cursor.next(ROWS_PER_VISIT))
        for (let i = 0; i < rows.length; i += 2) yield [rows[i], rows[i + 1]]
    } finally {
      cursor.close()
    }
  }

  /** Values in memory are made anew: the state has been asked for with a codec. */
  decodeInMemory(decode: (value: unknown) => unknown): void {
    for (const table of [this.ofKey, ...this.namespaces.tables()])
      for (const entry of table.entries.values()) entry.value = decode(entry.value) as V
  }

  /** Takes all out of memory. */
  clearMemory(): void {
    for (const table of [this.ofKey, ...this.namespaces.tables()])
      for (const entry of table.entries.values()) this.parts.space.cache.remove(entry as CachedEntry<V>)
    this.ofKey.entries.clear()
  }

  private inMemory(namespace: Namespace, mapKey: MapKey): CachedEntry<V> | undefined {
    const table = namespace === VOID_NAMESPACE ? this.ofKey : this.namespaces.find(namespace)
    return table?.entries.get(mapKey) as CachedEntry<V> | undefined
  }

  private load(namespace: Namespace, mapKey: MapKey): CachedEntry<V> | undefined {
    const {key, space, state} = this.parts
    const keyGroup = key.tryKeyGroup()
    if (keyGroup < 0) return undefined
    const bytes = space.get(state, {keyGroup, mapKey, namespace})
    if (bytes === undefined) return undefined
    return this.insertStored({key: key.currentKey, mapKey, keyGroup}, namespace, bytes, key.epoch)
  }

  private insertStored(known: KnownKey, namespace: Namespace, bytes: Uint8Array, usedEpoch: number): CachedEntry<V> {
    const {value} = this.parts.values.decode(bytes)
    const weight = ENTRY_BYTES + OBJECT_BYTES_PER_BYTE * bytes.length
    const entry = this.insert(known, namespace, value as V, {usedEpoch, weight})
    entry.isStored = true
    return entry
  }

  private create(namespace: Namespace, value: V): void {
    const {currentKey, currentMapKey, currentKeyGroup, epoch} = this.parts.key
    const gone = this.goneOf(namespace, currentMapKey)
    if (gone !== undefined) {
      gone.isGone = false
      gone.value = value
    }
    const known = {key: currentKey, mapKey: currentMapKey, keyGroup: currentKeyGroup}
    const init = {usedEpoch: epoch, weight: NEW_ENTRY_BYTES}
    const entry = gone ?? this.insert(known, namespace, value, init)
    this.size += 1
    this.change(entry)
    this.remember(namespace, entry)
  }

  /** The entry of a row that is gone, and of which the store does not know that; a snapshot that awaits it gets it first. */
  private goneOf(namespace: Namespace, mapKey: MapKey): CachedEntry<V> | undefined {
    const gone = this.inMemory(namespace, mapKey)
    if (gone === undefined || !gone.isAwaited) return gone
    this.flush(gone)
    return undefined
  }

  private insert(
    known: KnownKey,
    namespace: Namespace,
    value: V,
    init: {readonly usedEpoch: number; readonly weight: number},
  ): CachedEntry<V> {
    const home = namespace === VOID_NAMESPACE ? this.ofKey : this.namespaces.findOrCreate(namespace)
    const entry = new CachedEntry(known, value, home, this, init)
    home.entries.set(known.mapKey, entry)
    this.parts.space.cache.add(entry)
    return entry
  }

  /** Before an entry changes. */
  private change(entry: CachedEntry<V>): void {
    if (entry.isDirty && !entry.isAwaited) return
    this.preserve(entry)
    entry.isDirty = true
    entry.dirtyEpoch = this.parts.key.tracker.epoch
    this.parts.space.changed(entry as CachedEntry<unknown>)
  }

  /** Out of memory. */
  private drop(entry: CachedEntry<V>): void {
    entry.isDirty = false
    this.parts.space.cache.remove(entry)
    const {home, mapKey} = entry
    home.entries.delete(mapKey)
    if (home.entries.size === 0 && home !== this.ofKey) this.namespaces.remove(home)
  }

  private note(entry: CachedEntry<V>, bytes: () => Uint8Array): void {
    const {key, space, state} = this.parts
    if (!key.tracker.isLogging) return
    const epoch = entry.dirtyEpoch
    space.note(state, epoch, rowOf(entry), bytes())
    if (entry.notedEpoch === epoch) return
    entry.notedEpoch = epoch
    this.notes.set(epoch, (this.notes.get(epoch) ?? 0) + 1)
  }

  private extrasOf({key, mapKey, home}: CachedEntry<V>): RowExtras | undefined {
    return extrasOf(key, mapKey, home.namespace)
  }

  private remember(namespace: Namespace, entry: CachedEntry<V> | undefined): CachedEntry<V> | undefined {
    this.seenEpoch = this.parts.key.epoch
    this.seenNamespace = namespace
    this.seen = entry
    return entry
  }
}

/** Of an entry that no key's turn has asked for. */
const UNUSED_EPOCH = -1

function rowOf<V>({keyGroup, mapKey, home}: CachedEntry<V>): RowName {
  return {keyGroup, mapKey, namespace: home.namespace}
}

/** What of key and namespace cannot be read from a row's key. */
function extrasOf(key: unknown, mapKey: MapKey, namespace: Namespace): RowExtras | undefined {
  const isKeyThere = !isEncoded(mapKey) || typeof key === 'string'
  const isNamespaceThere = namespace === VOID_NAMESPACE || typeof namespace !== 'object' || isBareSpan(namespace)
  if (isKeyThere && isNamespaceThere) return undefined
  return {
    key: isKeyThere ? undefined : plainKey(key),
    namespace: isNamespaceThere ? undefined : (plainNamespace(namespace) as Namespace),
  }
}

function isBareSpan(namespace: object): boolean {
  return isSpan(namespace) && Object.keys(namespace).length === 2
}

/** A key's content without classes: these are compared by content, and come from a shuffle without them. */
function plainKey(key: unknown): unknown {
  if (Array.isArray(key)) return key.map(plainKey)
  if (typeof key !== 'object' || key === null) return key
  return Object.fromEntries(Object.entries(key).map(([name, value]) => [name, plainKey(value)]))
}
