import type {KeyedStateHandle, StateFileHandle} from '../../core/index.js'
import {SharedList} from '../heap/shared-list.js'
import {UserMap} from '../heap/user-map.js'
import {CurrentKey, type KnownKey} from '../keys/current-key.js'
import {type MapKey, toMapKey} from '../keys/map-key.js'
import {type Namespace, VOID_NAMESPACE} from '../keys/namespace.js'
import type {StoredTimer} from './row-format.js'
import {SnapshotReader} from './snapshot-reader.js'
import type {StateMeta} from './state-meta.js'

/** One value of keyed state, or one timer, as a snapshot holds it. */
export interface StoredEntry {
  /** The state's name; of timers `event` or `processing`. */
  readonly state: string
  readonly kind: StateMeta['kind']
  readonly key: unknown
  readonly keyGroup: number
  /** The fields of a window; absent for state of the key alone. */
  readonly namespace?: unknown
  /** Of a list an array, of a map a Map, of a timer its time in ms. */
  readonly value: unknown
}

export interface StoredEntriesOptions {
  readonly operatorName: string
  readonly maxParallelism: number
  /** The bytes of a file, checked. */
  readonly readFile: (file: StateFileHandle) => Uint8Array
}

/**
 * What the keyed state of one operator subtask amounts to: later files replace what earlier ones said. By an identity of state, key and
 * namespace, which is the same in another snapshot. Classes of keys and values are not restored, only their fields.
 *
 * Cost     All of the subtask's state is in memory.
 * Errors   See SnapshotReader.
 */
export function readStoredEntries(
  handle: KeyedStateHandle,
  {operatorName, maxParallelism, readFile}: StoredEntriesOptions,
): ReadonlyMap<string, StoredEntry> {
  const entries = new Map<string, StoredEntry>()
  const key = new CurrentKey({operatorName, maxParallelism, keyGroupRange: handle})
  new SnapshotReader(key, {handles: [handle], readFile}, (meta) => new EntryTarget(meta, entries)).read()
  return entries
}

/** Keeps what is restored. */
class EntryTarget {
  constructor(
    readonly meta: StateMeta,
    private readonly entries: Map<string, StoredEntry>,
  ) {}

  restore({key, mapKey, keyGroup}: KnownKey, namespace: Namespace, stored: unknown): void {
    const {name, kind} = this.meta
    const value = this.plain(stored)
    const known: StoredEntry = {state: name, kind, key, keyGroup, value}
    this.entries.set(
      this.identity(mapKey, namespace, value),
      namespace === VOID_NAMESPACE ? known : {...known, namespace},
    )
  }

  restoreRemoval({mapKey}: KnownKey, namespace: Namespace, timestampMs: unknown): void {
    this.entries.delete(this.identity(mapKey, namespace, timestampMs))
  }

  /** A key may have several timers. */
  private identity(mapKey: MapKey, namespace: Namespace, timestampMs: unknown): string {
    const {kind, name} = this.meta
    const fields = namespace === VOID_NAMESPACE ? null : namespace
    return String(toMapKey([kind, name, mapKey, fields, kind === 'timers' ? timestampMs : null]))
  }

  private plain(stored: unknown): unknown {
    const {kind, hasTtl} = this.meta
    const own = (value: unknown) => (hasTtl ? (value as {readonly value: unknown}).value : value)
    if (kind === 'timers') return (stored as StoredTimer).timestampMs
    if (stored instanceof SharedList) return stored.peek().map(own)
    if (stored instanceof UserMap) return new Map([...stored.entries()].map(([key, value]) => [key, own(value)]))
    return own(stored)
  }
}
