import {FtsError} from '../core/index.js'
import {createExpiringHandle, type ExpiringHandle} from './create-expiring-handle.js'
import {createHandle} from './create-handle.js'
import {contentOf} from './heap/content.js'
import {type EntryWatch, StateTable} from './heap/state-table.js'
import type {InNamespace, KeyedStateBackend} from './keyed-state-backend.js'
import {CurrentKey, type CurrentKeyOptions} from './keys/current-key.js'
import {type Namespace, VOID_NAMESPACE} from './keys/namespace.js'
import {ChangeTracker} from './snapshots/change-tracker.js'
import type {StateDescriptor} from './state-descriptors.js'
import type {State} from './states.js'
import {ExpiryRing} from './ttl/expiry-ring.js'

export interface HeapKeyedStateBackendOptions extends CurrentKeyOptions {
  /** Processing time for TTLs, milliseconds since the epoch; asked at each access of a state that has one. */
  readonly nowMs: () => number
}

type Handle = State & InNamespace

interface RegisteredState {
  readonly descriptor: StateDescriptor
  readonly table: StateTable<unknown>
  readonly createHandle: (namespace: Namespace) => Handle
  /** The handle that stays at VOID_NAMESPACE. */
  ofKey: Handle | undefined
  /** The handle that moves. */
  ofNamespace: Handle | undefined
}

/** Keyed state in tables of JavaScript objects, Flink's `hashmap` backend. The layout is drawn at StateTable. */
export class HeapKeyedStateBackend extends CurrentKey implements KeyedStateBackend {
  private readonly states = new Map<string, RegisteredState>()
  private readonly nowMs: () => number
  private readonly tracker = new ChangeTracker()

  constructor(options: HeapKeyedStateBackendOptions) {
    super(options)
    this.nowMs = options.nowMs
  }

  readonly getState: KeyedStateBackend['getState'] = (namespace: Namespace, descriptor: StateDescriptor) =>
    this.handle(namespace, descriptor) as never

  applyToAllKeys<S extends State>(
    namespace: Namespace,
    descriptor: StateDescriptor,
    visit: (key: unknown, state: S) => void,
  ): void {
    const before = this.known()
    const {table} = this.registered(descriptor)
    const state = this.handle(namespace, descriptor) as unknown as S
    table.forEachKey(namespace, (key) => visit(key, state))
    this.resume(before)
  }

  get entryCount(): number {
    let count = 0
    for (const {table} of this.states.values()) count += table.size
    return count
  }

  entryCounts(): ReadonlyMap<string, number> {
    return new Map(Array.from(this.states, ([name, {table}]) => [name, table.size]))
  }

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
    const parts = descriptor.ttl === undefined ? this.lasting(descriptor) : this.expiring(descriptor, descriptor.ttl)
    const state: RegisteredState = {descriptor, ofKey: undefined, ofNamespace: undefined, ...parts}
    this.states.set(descriptor.name, state)
    return state
  }

  private lasting(descriptor: StateDescriptor): Pick<RegisteredState, 'table' | 'createHandle'> {
    const table = this.newTable(descriptor)
    return {table, createHandle: (namespace) => createHandle(descriptor, table, namespace)}
  }

  private expiring(
    descriptor: StateDescriptor,
    ttl: NonNullable<StateDescriptor['ttl']>,
  ): Pick<RegisteredState, 'table' | 'createHandle'> {
    const ring = new ExpiryRing<unknown>()
    const table = this.newTable(descriptor, ring)
    const createHandle = (namespace: Namespace) =>
      createExpiringHandle(descriptor, {table, ring, ttl, nowMs: this.nowMs}, namespace)
    if (ttl.cleanupForEveryRecord) this.cleanForEveryRecord(createHandle(VOID_NAMESPACE))
    return {table, createHandle}
  }

  private newTable({name, kind}: StateDescriptor, watch?: EntryWatch<unknown>): StateTable<unknown> {
    return new StateTable<unknown>({name, key: this, tracker: this.tracker, content: contentOf(kind), watch})
  }

  private cleanForEveryRecord(state: ExpiringHandle): void {
    const others = this.onKeySet
    this.onKeySet = () => {
      others?.()
      state.accessedAt()
    }
  }
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
