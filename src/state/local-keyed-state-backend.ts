import {FtsError} from '../core/index.js'
import {createExpiringHandle, type ExpiringHandle} from './create-expiring-handle.js'
import {createHandle} from './create-handle.js'
import type {EntryTable} from './heap/entry-table.js'
import type {SingleTable} from './heap/single-table.js'
import type {InNamespace, KeyedStateBackend} from './keyed-state-backend.js'
import {CurrentKey, type CurrentKeyOptions, type KnownKey} from './keys/current-key.js'
import {toMapKey} from './keys/map-key.js'
import {type Namespace, VOID_NAMESPACE} from './keys/namespace.js'
import type {KeyedSnapshot} from './snapshots/keyed-snapshot.js'
import {type KeyedSnapshotRequest, KeyedSnapshots} from './snapshots/keyed-snapshots.js'
import {type RestoreOptions, SnapshotReader} from './snapshots/snapshot-reader.js'
import type {SnapshotSource} from './snapshots/snapshot-source.js'
import type {StateMeta} from './snapshots/state-meta.js'
import type {StateDescriptor, ValueCodec} from './state-descriptors.js'
import type {State} from './states.js'
import type {ExpiryCleanup} from './ttl/expiry-cleanup.js'

export interface LocalKeyedStateOptions extends CurrentKeyOptions {
  /** Processing time for TTLs, milliseconds since the epoch; asked at each access of a state that has one. */
  readonly nowMs: () => number
  /** Entries, or elements of lists and maps, that a snapshot writes at a time: about half a millisecond. Default: 2048. */
  readonly snapshotItemsPerPiece?: number
}

const ITEMS_PER_PIECE = 2048

/** More records than a processor's cache holds. */
const FAR_RECORDS = 16_384

type Handle = State & InNamespace

/** What holds a state. It may have been restored, and nobody has asked for it yet. */
export interface LocalTable {
  readonly meta: StateMeta
  /** Of lists, maps and what expires: an EntryTable. */
  readonly table: (SingleTable<unknown> | EntryTable<unknown>) & {
    readonly size: number
    forEachKey(namespace: Namespace, visit: (key: unknown) => void): void
  }
  /** Of state with a TTL. */
  readonly cleanup: ExpiryCleanup<unknown> | undefined
  readonly source: SnapshotSource & {
    /** From now on values are what the codec makes of what is stored. */
    decodeWith(codec: ValueCodec<unknown>): void
  }
}

/** What was restored of a state that nobody has asked for. */
export interface UnclaimedState {
  readonly meta: StateMeta
  readonly entries: Iterable<{readonly known: KnownKey; readonly namespace: Namespace; readonly value: unknown}>
}

interface RegisteredState {
  readonly descriptor: StateDescriptor
  readonly createHandle: (namespace: Namespace) => Handle
  /** The handle that stays at VOID_NAMESPACE. */
  ofKey: Handle | undefined
  /** The handle that moves. */
  ofNamespace: Handle | undefined
}

/**
 * Keyed state of an operator subtask, wherever its tables keep their entries: descriptors to handles, snapshots, restores.
 *
 * Shape    A subclass makes the table of a state; all of them are written into, and read from, one format of files.
 */
export abstract class LocalKeyedStateBackend extends CurrentKey implements KeyedStateBackend {
  private readonly states = new Map<string, RegisteredState>()
  private readonly tables = new Map<string, LocalTable>()
  private readonly included: SnapshotSource[] = []
  private readonly snapshots: KeyedSnapshots
  private readonly nowMs: () => number

  constructor(options: LocalKeyedStateOptions) {
    super(options)
    this.nowMs = options.nowMs
    const itemsPerPiece = options.snapshotItemsPerPiece ?? ITEMS_PER_PIECE
    this.snapshots = new KeyedSnapshots(this, itemsPerPiece, () => this.sources())
  }

  readonly getState: KeyedStateBackend['getState'] = (namespace: Namespace, descriptor: StateDescriptor) =>
    this.handle(namespace, descriptor) as never

  applyToAllKeys<S extends State>(
    namespace: Namespace,
    descriptor: StateDescriptor,
    visit: (key: unknown, state: S) => void,
  ): void {
    const before = this.known()
    this.registered(descriptor)
    const {table} = this.tableOf(descriptor)
    const state = this.handle(namespace, descriptor) as unknown as S
    table.forEachKey(namespace, (key) => visit(key, state))
    this.resume(before)
  }

  get entryCount(): number {
    let count = 0
    for (const {table} of this.tables.values()) count += table.size
    return count
  }

  entryCounts(): ReadonlyMap<string, number> {
    return new Map(Array.from(this.tables, ([name, {table}]) => [name, table.size]))
  }

  /** Whether some state is so large that it pays to `fetch` it. */
  get isFar(): boolean {
    for (const {source} of this.tables.values()) if ((source.numbers?.size ?? 0) > FAR_RECORDS) return true
    return false
  }

  /** Brings the state of keys with these hash codes close to the processor; they are going to be current soon. */
  fetch(keyHashes: Int32Array, count: number): void {
    for (const {source} of this.tables.values()) source.numbers?.records.fetch(keyHashes, count)
  }

  /** Forgets what the current key has under a namespace in states that were restored and that nobody has asked for. */
  clearUnclaimed(namespace: Namespace): void {
    for (const [name, {table}] of this.tables) if (!this.states.has(name)) table.remove(namespace)
  }

  /**
   * Takes out what was restored of such a state, for an operator that keeps it in another form now. Undefined: there is nothing of it, or it lies in a
   * store, and stays.
   */
  takeUnclaimed(name: string): UnclaimedState | undefined {
    const stored = this.states.has(name) ? undefined : this.tables.get(name)
    if (stored === undefined || stored.source.stored !== undefined) return undefined
    const {meta, source} = stored
    this.tables.delete(name)
    return {meta, entries: entriesOf(source)}
  }

  /** Puts an entry in its place as `restore` does. Before any state is asked for. */
  putRestored(meta: StateMeta, known: KnownKey, namespace: Namespace, value: unknown): void {
    this.sourceOf(meta).restore(known, namespace, value)
  }

  /** Whether there are such states. */
  get hasUnclaimed(): boolean {
    return this.tables.size > this.states.size
  }

  /** Has snapshots contain what else belongs to the keys: timers, an operator's own tables. Before `restore`. */
  include(sources: readonly SnapshotSource[]): void {
    this.included.push(...sources)
  }

  /** What is so now, whatever the stream does next; see KeyedSnapshots. */
  takeSnapshot(request: KeyedSnapshotRequest): KeyedSnapshot {
    return this.snapshots.take(request)
  }

  checkpointCompleted(checkpointId: number): void {
    this.snapshots.completed(checkpointId)
  }

  checkpointAborted(checkpointId: number): void {
    this.snapshots.aborted(checkpointId)
  }

  /**
   * Takes over what snapshots hold of this range of key groups; answers the `extra` of each of them. Before any state is asked for: what
   * is not asked for at all is kept and goes into the next snapshot.
   *
   * Errors   `user` FTS_STATE_FORMAT (a newer format), FTS_STATE_MAX_PARALLELISM; those of `readFile`. Later, when a state is asked for:
   *          `user` FTS_STATE_KIND.
   */
  restore(options: RestoreOptions): readonly unknown[] {
    const extras = new SnapshotReader(this, options, (meta) => this.sourceOf(meta)).read()
    for (const source of this.sources()) source.restored?.()
    return extras
  }

  /** The next snapshot has everything, and the running one has got from the tables what it needs. */
  protected startSnapshotsAnew(): void {
    this.snapshots.startAnew()
  }

  /** Gives back what the state takes outside of this object. */
  close(): void {}

  /** What is going to hold a state; asked for once. */
  protected abstract createTable(meta: StateMeta): LocalTable

  private handle(namespace: Namespace, descriptor: StateDescriptor): Handle {
    const state = this.registered(descriptor)
    if (namespace === VOID_NAMESPACE) return (state.ofKey ??= state.createHandle(namespace))
    state.ofNamespace ??= state.createHandle(namespace)
    state.ofNamespace.setCurrentNamespace(namespace)
    return state.ofNamespace
  }

  private registered(descriptor: StateDescriptor): RegisteredState {
    const known = this.states.get(descriptor.name)
    if (known === undefined) return this.register(descriptor)
    if (known.descriptor.kind !== descriptor.kind) throw otherKind(known.descriptor, descriptor)
    return known
  }

  private register(descriptor: StateDescriptor): RegisteredState {
    const stored = this.tableOf(descriptor)
    if (descriptor.kind === 'value' && descriptor.codec !== undefined) stored.source.decodeWith(descriptor.codec)
    const create = this.handleFactory(descriptor, stored)
    const state: RegisteredState = {descriptor, createHandle: create, ofKey: undefined, ofNamespace: undefined}
    this.states.set(descriptor.name, state)
    return state
  }

  private handleFactory(descriptor: StateDescriptor, {table, cleanup}: LocalTable): (namespace: Namespace) => Handle {
    const {ttl} = descriptor
    if (ttl === undefined || cleanup === undefined) return (namespace) => createHandle(descriptor, table, namespace)
    const create = (namespace: Namespace) =>
      createExpiringHandle(
        descriptor,
        {table: table as EntryTable<unknown>, cleanup, ttl, nowMs: this.nowMs},
        namespace,
      )
    if (ttl.cleanupForEveryRecord) this.cleanForEveryRecord(create(VOID_NAMESPACE))
    return create
  }

  /** Errors: `user` FTS_STATE_KIND for what was restored as something else. */
  private tableOf({name, kind, ttl}: StateDescriptor): LocalTable {
    const meta: StateMeta = {name, kind, hasTtl: ttl !== undefined}
    const stored = this.tables.get(name)
    if (stored === undefined) return this.newTable(meta)
    if (stored.meta.kind !== kind) throw restoredKind(this.operatorName, stored.meta, kind)
    if (stored.meta.hasTtl !== meta.hasTtl) throw restoredTtl(this.operatorName, stored.meta)
    return stored
  }

  private newTable(meta: StateMeta): LocalTable {
    const stored = this.createTable(meta)
    this.tables.set(meta.name, stored)
    return stored
  }

  private sources(): readonly SnapshotSource[] {
    const tables = Array.from(this.tables.values(), ({source}) => source)
    return [...tables, ...this.included]
  }

  private sourceOf(meta: StateMeta): SnapshotSource {
    const included = this.included.find((source) => source.meta.name === meta.name && source.meta.kind === meta.kind)
    if (included !== undefined) return included
    if (meta.kind === 'timers') throw timersNotHere(this.operatorName)
    const stored = this.tables.get(meta.name) ?? this.newTable(meta)
    if (stored.meta.kind !== meta.kind) throw restoredKind(this.operatorName, meta, stored.meta.kind)
    return stored.source
  }

  private cleanForEveryRecord(state: ExpiringHandle): void {
    const others = this.onKeySet
    this.onKeySet = () => {
      others?.()
      state.accessedAt()
    }
  }
}

function* entriesOf(source: SnapshotSource): UnclaimedState['entries'] {
  const items = source.items()
  for (let next = items.next(); next.done !== true; next = items.next()) {
    const {key, keyGroup} = next.value
    const known = {key, mapKey: toMapKey(key), keyGroup}
    yield {known, namespace: source.namespaceOf(next.value), value: source.valueOf(next.value)}
  }
}

function restoredKind(operatorName: string, stored: StateMeta, asked: string): FtsError {
  return new FtsError(
    'user',
    'FTS_STATE_KIND',
    `operator "${operatorName}": state "${stored.name}" was restored as a ${stored.kind} state, but was asked for as a ${asked} state`,
    {operator: operatorName, state: stored.name, kind: stored.kind, askedFor: asked},
    {tryThis: 'Give the new state another name, or the operator another uid to start it without state.'},
  )
}

function restoredTtl(operatorName: string, {name, hasTtl}: StateMeta): FtsError {
  const [was, is] = hasTtl ? ['with', 'without'] : ['without', 'with']
  return new FtsError(
    'user',
    'FTS_STATE_KIND',
    `operator "${operatorName}": state "${name}" was stored ${was} a ttl, but was asked for ${is} one`,
    {operator: operatorName, state: name, hadTtl: hasTtl},
    {tryThis: `Ask for it ${was} a ttl, or give the new state another name.`},
  )
}

function timersNotHere(operatorName: string): FtsError {
  return new FtsError(
    'user',
    'FTS_STATE_KIND',
    `operator "${operatorName}": timers were stored, but the operator has none`,
    {operator: operatorName},
    {tryThis: 'Give the operator another uid to start it without state.'},
  )
}

function otherKind(known: StateDescriptor, asked: StateDescriptor): FtsError {
  return new FtsError(
    'user',
    'FTS_STATE_KIND',
    `state "${known.name}" is a ${known.kind} state, but was also asked for as a ${asked.kind} state`,
    {state: known.name, kind: known.kind, askedFor: asked.kind},
    {tryThis: 'Give each state of an operator a name of its own.'},
  )
}
