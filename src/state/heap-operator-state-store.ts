import {FtsError, type OperatorListState as StoredListState} from '../core/index.js'
import {decodeValue, encodeValue} from '../types/index.js'
import {HeapBroadcastState} from './heap/heap-broadcast-state.js'
import {OperatorListState} from './heap/operator-list-state.js'
import type {OperatorStateStore} from './operator-state-store.js'
import type {ListStateDescriptor, MapStateDescriptor} from './state-descriptors.js'
import type {BroadcastState, ListState} from './states.js'

type Kind = 'list' | 'union list' | 'broadcast'

/** Operator state in memory. */
export class HeapOperatorStateStore implements OperatorStateStore {
  private readonly states = new Map<string, {readonly kind: Kind; readonly state: unknown}>()
  /** Restored, and not asked for yet. */
  private readonly stored = new Map<string, StoredListState>()

  /** Takes over what was stored: elements from several subtasks one after the other. */
  restore(lists: readonly StoredListState[]): void {
    for (const list of lists) {
      const before = this.stored.get(list.name)?.elements ?? []
      this.stored.set(list.name, {...list, elements: [...before, ...list.elements]})
    }
  }

  /** All states as bytes. Errors: `user` FTS_NOT_SERIALIZABLE. */
  snapshot(): readonly StoredListState[] {
    const lists = Array.from(this.states, ([name, {kind, state}]) => {
      const elements = kind === 'broadcast' ? entriesOf(state) : (state as ListState<unknown>).get()
      return {name, distribution: DISTRIBUTIONS[kind], elements: elements.map((element) => encode(name, element))}
    })
    return [...lists, ...this.stored.values()]
  }

  getListState<T>(descriptor: ListStateDescriptor<T>): ListState<T> {
    return this.get(descriptor, 'list', (elements) => listOf<T>(elements))
  }

  getUnionListState<T>(descriptor: ListStateDescriptor<T>): ListState<T> {
    return this.get(descriptor, 'union list', (elements) => listOf<T>(elements))
  }

  getBroadcastState<K, V>(descriptor: MapStateDescriptor<K, V>): BroadcastState<K, V> {
    return this.get(descriptor, 'broadcast', (elements) => mapOf<K, V>(descriptor.name, elements))
  }

  private get<S>(
    {name, ttl}: {readonly name: string; readonly ttl: unknown},
    kind: Kind,
    create: (elements: readonly unknown[]) => S,
  ): S {
    if (ttl !== undefined) throw ttlNotHere(name, kind)
    const known = this.states.get(name)
    if (known !== undefined && known.kind !== kind) throw otherKind(name, {known: known.kind, asked: kind})
    if (known !== undefined) return known.state as S
    const state = create(this.claim(name, kind))
    this.states.set(name, {kind, state})
    return state
  }

  private claim(name: string, kind: Kind): readonly unknown[] {
    const stored = this.stored.get(name)
    if (stored === undefined) return []
    const known = KINDS[stored.distribution]
    if (known !== kind) throw otherKind(name, {known, asked: kind})
    this.stored.delete(name)
    return stored.elements.map(decodeValue)
  }
}

const DISTRIBUTIONS = {list: 'split', 'union list': 'union', broadcast: 'broadcast'} as const
const KINDS = {split: 'list', union: 'union list', broadcast: 'broadcast'} as const

function listOf<T>(elements: readonly unknown[]): OperatorListState<T> {
  const list = new OperatorListState<T>()
  list.update(elements as readonly T[])
  return list
}

/** Each subtask has stored its whole map, as one element; they are the same. */
function mapOf<K, V>(name: string, elements: readonly unknown[]): HeapBroadcastState<K, V> {
  const map = new HeapBroadcastState<K, V>(name)
  for (const entries of elements) map.putAll(entries as readonly (readonly [K, V])[])
  return map
}

function entriesOf(state: unknown): readonly unknown[] {
  return [[...(state as BroadcastState<unknown, unknown>).entries()]]
}

function encode(name: string, element: unknown): Uint8Array {
  try {
    return encodeValue(element)
  } catch (error) {
    throw error instanceof FtsError ? notStorable(name, error) : error
  }
}

function notStorable(name: string, cause: FtsError): FtsError {
  const {kind, code, details, tryThis} = cause
  const options = {cause, ...(tryThis === undefined ? {} : {tryThis})}
  return new FtsError(kind, code, `operator state "${name}": ${cause.message}`, details, options)
}

function otherKind(name: string, {known, asked}: {readonly known: Kind; readonly asked: Kind}): FtsError {
  return new FtsError(
    'user',
    'FTS_STATE_KIND',
    `operator state "${name}" is a ${known} state, but was also asked for as a ${asked} state`,
    {state: name, kind: known, askedFor: asked},
    {tryThis: 'Give each state of an operator a name of its own.'},
  )
}

function ttlNotHere(name: string, kind: Kind): FtsError {
  return new FtsError(
    'user',
    'FTS_TTL_NOT_HERE',
    `${kind} state "${name}" has a ttl, but only keyed state can expire`,
    {state: name, kind},
    {tryThis: 'Leave the ttl out, and remove what is old when you read it.'},
  )
}
