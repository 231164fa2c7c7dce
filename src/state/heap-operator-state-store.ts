import {FtsError} from '../core/index.js'
import {HeapBroadcastState} from './heap/heap-broadcast-state.js'
import {OperatorListState} from './heap/operator-list-state.js'
import type {OperatorStateStore} from './operator-state-store.js'
import type {ListStateDescriptor, MapStateDescriptor} from './state-descriptors.js'
import type {BroadcastState, ListState} from './states.js'

type Kind = 'list' | 'union list' | 'broadcast'

/** Operator state in memory. */
export class HeapOperatorStateStore implements OperatorStateStore {
  private readonly states = new Map<string, {readonly kind: Kind; readonly state: unknown}>()

  getListState<T>(descriptor: ListStateDescriptor<T>): ListState<T> {
    return this.get(descriptor, 'list', () => new OperatorListState<T>())
  }

  getUnionListState<T>(descriptor: ListStateDescriptor<T>): ListState<T> {
    return this.get(descriptor, 'union list', () => new OperatorListState<T>())
  }

  getBroadcastState<K, V>(descriptor: MapStateDescriptor<K, V>): BroadcastState<K, V> {
    return this.get(descriptor, 'broadcast', () => new HeapBroadcastState<K, V>(descriptor.name))
  }

  private get<S>({name, ttl}: {readonly name: string; readonly ttl: unknown}, kind: Kind, create: () => S): S {
    if (ttl !== undefined) throw ttlNotHere(name, kind)
    const known = this.states.get(name)
    if (known !== undefined && known.kind !== kind) throw otherKind(name, {known: known.kind, asked: kind})
    if (known !== undefined) return known.state as S
    const state = create()
    this.states.set(name, {kind, state})
    return state
  }
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
