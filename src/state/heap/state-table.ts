import type {CurrentKey, KnownKey} from '../keys/current-key.js'
import type {MapKey} from '../keys/map-key.js'
import {type Namespace, VOID_NAMESPACE} from '../keys/namespace.js'
import {ChangeLog} from '../snapshots/change-log.js'
import type {ChangeTracker} from '../snapshots/change-tracker.js'
import type {Saved} from '../snapshots/item.js'
import type {Content} from './content.js'
import type {EntryTable} from './entry-table.js'
import {Entry, KeyTable} from './key-table.js'
import {NamespaceTables} from './namespace-tables.js'
import {noKey} from './no-key.js'

/** Makes the entries of a table and hears of their end, where somebody has to know of each (see ExpiryRing). */
export interface EntryWatch<V> {
  create(known: KnownKey, value: V, home: KeyTable<V>): Entry<V>
  onRemove(entry: Entry<V>): void
}

export interface StateTableParts<V> {
  readonly name: string
  readonly key: CurrentKey
  readonly tracker: ChangeTracker
  readonly content: Content<V>
  readonly watch?: EntryWatch<V> | undefined
}

/**
 * All entries of one state: namespace → key.
 *
 *   VOID_NAMESPACE ─▶ KeyTable                    KeyTable ─▶ Map(key → Entry)
 *   others ─▶ NamespaceTables ─▶ KeyTable
 *
 * Calls are about the current key. The entry found last is remembered until the key changes, so that reading and then writing
 * costs one look-up.
 *
 * Snapshots   Values change only after `own`, and in `write` and the removals; whoever hands a value out that may be changed and given
 *             back calls `expose`. These keep what a running snapshot still needs.
 * Cost        one look-up in a Map; no allocation but for a new entry.
 */
export class StateTable<V> implements EntryTable<V> {
  /** Entries of all namespaces. */
  size = 0
  readonly name: string
  readonly content: Content<V>
  readonly log: ChangeLog<Entry<V>>
  private readonly key: CurrentKey
  private readonly tracker: ChangeTracker
  private readonly watch: EntryWatch<V> | undefined
  private readonly ofKey = new KeyTable<V>(VOID_NAMESPACE)
  private readonly namespaces = new NamespaceTables<V>()
  private seenEpoch = -1
  private seenNamespace: Namespace = VOID_NAMESPACE
  private seen: Entry<V> | undefined = undefined

  constructor({name, key, tracker, content, watch}: StateTableParts<V>) {
    this.name = name
    this.key = key
    this.tracker = tracker
    this.content = content
    this.watch = watch
    this.log = new ChangeLog(tracker)
  }

  get isSnapshotRunning(): boolean {
    return this.tracker.running !== undefined
  }

  /** The entry of the current key. What is in it is only looked at, see `own` and `expose`. */
  find(namespace: Namespace): Entry<V> | undefined {
    if (this.seenEpoch === this.key.epoch && this.seenNamespace === namespace) return this.seen
    const mapKey = this.key.currentMapKey
    if (mapKey === undefined) throw noKey(this.name)
    return this.remember(namespace, this.tableOf(namespace)?.entries.get(mapKey))
  }

  /** The value of `entry`, to be changed in place. */
  own(entry: Entry<V>): V {
    if (entry.stamp < this.tracker.stamp) this.change(entry, true)
    return entry.value
  }

  /** The value of `entry`, for somebody who may change it before he gives it back. */
  expose(entry: Entry<V>): V {
    if (this.tracker.running !== undefined) this.preserveDeep(entry)
    return entry.value
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
    if (entry.stamp < this.tracker.stamp) this.change(entry, false)
    entry.value = value
  }

  /** Forgets the entry of the current key. */
  remove(namespace: Namespace): void {
    const entry = this.find(namespace)
    if (entry !== undefined) this.removeFrom(entry.home, this.key.currentMapKey)
  }

  /** Forgets the entry of the current key and gives its value, to do with it what one likes. */
  take(namespace: Namespace): V | undefined {
    const entry = this.find(namespace)
    if (entry === undefined) return undefined
    if (this.tracker.running !== undefined) this.preserve(entry, true)
    this.removeFrom(entry.home, this.key.currentMapKey)
    return entry.value
  }

  /** Forgets an entry of any key. */
  removeFrom(home: KeyTable<V>, mapKey: MapKey): void {
    const entry = home.entries.get(mapKey)
    if (entry === undefined) return
    home.entries.delete(mapKey)
    this.size -= 1
    this.seenEpoch = -1
    if (this.tracker.running !== undefined) this.preserve(entry, false)
    this.log.removed(entry)
    this.watch?.onRemove(entry)
    if (home.entries.size === 0 && home !== this.ofKey) this.namespaces.remove(home)
  }

  /** Visits each key of a namespace that has an entry now, with that key current. */
  forEachKey(namespace: Namespace, visit: (key: unknown) => void): void {
    for (const [mapKey, {key, keyGroup}] of [...(this.tableOf(namespace)?.entries ?? [])]) {
      this.key.resume({key, mapKey, keyGroup})
      visit(key)
    }
  }

  /** All entries; goes on correctly while entries come and go: those that are there all the time are given. */
  *items(): Generator<Entry<V>> {
    yield* this.ofKey.entries.values()
    for (const table of this.namespaces.tables()) yield* table.entries.values()
  }

  /**
   * Puts an entry in its place that was read from a snapshot, in place of one that is there. Looking first whether there is one costs
   * as much again as putting it there: the keys of a large state are nowhere near each other in memory.
   */
  restore(known: KnownKey, namespace: Namespace, value: V): void {
    const home = this.homeOf(namespace)
    const before = this.watch === undefined ? undefined : home.entries.get(known.mapKey)
    if (before === undefined) this.insertOrReplace(known, value, home)
    else before.value = value
  }

  /** Forgets an entry that a snapshot says is gone. */
  restoreRemoval(mapKey: MapKey, namespace: Namespace): void {
    const home = this.tableOf(namespace)
    if (home !== undefined) this.removeFrom(home, mapKey)
  }

  /** What the running snapshot will write of the entry, where that is saved or must be now. */
  preserve(entry: Entry<V>, isChangedInPlace: boolean): Saved | undefined {
    const {tracker, content} = this
    if (entry.saved !== undefined && entry.saved.epoch === tracker.running?.epoch) return entry.saved
    if (!tracker.isAwaited(entry)) return undefined
    const value = isChangedInPlace ? content.freeze(entry.value) : entry.value
    this.log.save(entry, value, !isChangedInPlace || content.kind === 'single')
    return entry.saved
  }

  private preserveDeep(entry: Entry<V>): void {
    if (!isObject(entry.value)) return
    const saved = this.preserve(entry, true)
    if (saved === undefined || saved.isDeep) return
    this.content.deepen(saved.value as V)
    saved.isDeep = true
  }

  private change(entry: Entry<V>, isInPlace: boolean): void {
    if (this.tracker.running !== undefined) this.preserve(entry, isInPlace)
    this.log.changed(entry)
  }

  private create(namespace: Namespace, value: V): void {
    const {currentKey, currentMapKey, currentKeyGroup} = this.key
    const known = {key: currentKey, mapKey: currentMapKey, keyGroup: currentKeyGroup}
    this.remember(namespace, this.insert(known, value, this.homeOf(namespace)))
  }

  private insert(known: KnownKey, value: V, home: KeyTable<V>): Entry<V> {
    const entry = this.watch?.create(known, value, home) ?? new Entry(known.key, value, known.keyGroup, home)
    home.entries.set(known.mapKey, entry)
    this.size += 1
    this.log.created(entry)
    return entry
  }

  private insertOrReplace(known: KnownKey, value: V, home: KeyTable<V>): void {
    const sizeBefore = home.entries.size
    this.insert(known, value, home)
    if (home.entries.size === sizeBefore) this.size -= 1
  }

  private tableOf(namespace: Namespace): KeyTable<V> | undefined {
    return namespace === VOID_NAMESPACE ? this.ofKey : this.namespaces.find(namespace)
  }

  private homeOf(namespace: Namespace): KeyTable<V> {
    return namespace === VOID_NAMESPACE ? this.ofKey : this.namespaces.findOrCreate(namespace)
  }

  private remember(namespace: Namespace, entry: Entry<V> | undefined): Entry<V> | undefined {
    this.seenEpoch = this.key.epoch
    this.seenNamespace = namespace
    this.seen = entry
    return entry
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}
