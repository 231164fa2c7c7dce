import {FtsError} from '../../core/index.js'
import type {CurrentKey} from '../keys/current-key.js'
import type {MapKey} from '../keys/map-key.js'
import {type Namespace, VOID_NAMESPACE} from '../keys/namespace.js'
import {Entry, type KeyTable} from './key-table.js'
import {NamespaceTables} from './namespace-tables.js'

/** Makes the entries of a table and hears of their end, where somebody has to know of each (see ExpiryRing). */
export interface EntryWatch<V> {
  create(key: unknown, value: V, home: KeyTable<V>, mapKey: MapKey): Entry<V>
  onRemove(entry: Entry<V>): void
}

/**
 * All entries of one state: key group → namespace → key.
 *
 *   groups[keyGroup - start] ─▶ NamespaceTables ─▶ KeyTable ─▶ Map(key → Entry)
 *
 * Calls are about the current key. The entry found last is remembered until the key changes, so that reading and then writing
 * costs one look-up. Values change only in `write` and in `own`: copy-on-write snapshots will hook in there.
 *
 * Cost   one look-up in a Map; no allocation but for a new entry.
 */
export class StateTable<V> {
  /** Entries of all key groups and namespaces. */
  size = 0
  private readonly groups: (NamespaceTables<V> | undefined)[]
  private seenEpoch = -1
  private seenNamespace: Namespace = VOID_NAMESPACE
  private seen: Entry<V> | undefined = undefined

  constructor(
    readonly name: string,
    private readonly key: CurrentKey,
    private readonly watch?: EntryWatch<V>,
  ) {
    const {keyGroupStart, keyGroupEndInclusive} = key.keyGroupRange
    this.groups = new Array(keyGroupEndInclusive - keyGroupStart + 1).fill(undefined)
  }

  /** The entry of the current key; to read, see `own`. */
  find(namespace: Namespace): Entry<V> | undefined {
    if (this.seenEpoch === this.key.epoch && this.seenNamespace === namespace) return this.seen
    const home = this.group()?.find(namespace)
    return this.remember(namespace, home?.entries.get(this.key.currentMapKey))
  }

  /** The value of `entry`, to be changed in place. */
  own(entry: Entry<V>): V {
    return entry.value
  }

  write(namespace: Namespace, value: V): void {
    const entry = this.find(namespace)
    if (entry === undefined) this.create(namespace, value)
    else entry.value = value
  }

  /** Forgets the entry of the current key and gives its value back. */
  remove(namespace: Namespace): V | undefined {
    const entry = this.find(namespace)
    if (entry === undefined) return undefined
    const home = this.group()!.find(namespace)!
    this.removeFrom(home, this.key.currentMapKey)
    return entry.value
  }

  /** Forgets an entry of any key. */
  removeFrom(home: KeyTable<V>, mapKey: MapKey): void {
    const entry = home.entries.get(mapKey)
    if (entry === undefined) return
    home.entries.delete(mapKey)
    this.size -= 1
    this.seenEpoch = -1
    this.watch?.onRemove(entry)
    if (home.entries.size === 0 && home.namespace !== VOID_NAMESPACE)
      this.groups[home.keyGroup - this.key.keyGroupRange.keyGroupStart]!.remove(home)
  }

  /** Visits each key of a namespace that has an entry now, key group by key group, with that key current. */
  forEachKey(namespace: Namespace, visit: (key: unknown) => void): void {
    for (const group of this.groups) {
      const home = group?.find(namespace)
      if (home === undefined) continue
      for (const [mapKey, {key}] of [...home.entries]) {
        this.key.resume({key, mapKey, keyGroup: home.keyGroup})
        visit(key)
      }
    }
  }

  private create(namespace: Namespace, value: V): void {
    const {currentKey, currentMapKey, currentKeyGroup, keyGroupRange} = this.key
    const group = (this.groups[currentKeyGroup - keyGroupRange.keyGroupStart] ??= new NamespaceTables(currentKeyGroup))
    const home = group.findOrCreate(namespace)
    const entry = this.watch?.create(currentKey, value, home, currentMapKey) ?? new Entry(currentKey, value)
    home.entries.set(currentMapKey, entry)
    this.size += 1
    this.remember(namespace, entry)
  }

  private group(): NamespaceTables<V> | undefined {
    const {currentKeyGroup, keyGroupRange} = this.key
    if (currentKeyGroup < 0) throw noKey(this.name)
    return this.groups[currentKeyGroup - keyGroupRange.keyGroupStart]
  }

  private remember(namespace: Namespace, entry: Entry<V> | undefined): Entry<V> | undefined {
    this.seenEpoch = this.key.epoch
    this.seenNamespace = namespace
    this.seen = entry
    return entry
  }
}

function noKey(stateName: string): FtsError {
  return new FtsError(
    'user',
    'FTS_NO_CURRENT_KEY',
    `state "${stateName}" was used while no key is current: it exists per key, so only while a record or a timer is handled`,
    {state: stateName},
    {tryThis: 'Ask for the state in open(), and use it when records come.'},
  )
}
