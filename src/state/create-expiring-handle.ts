import type {InNamespace} from './keyed-state-backend.js'
import type {Namespace} from './keys/namespace.js'
import type {StateDescriptor} from './state-descriptors.js'
import type {State} from './states.js'
import {TtlAggregatingState} from './ttl/ttl-aggregating-state.js'
import {TtlListState} from './ttl/ttl-list-state.js'
import {TtlMapState} from './ttl/ttl-map-state.js'
import {TtlReducingState} from './ttl/ttl-reducing-state.js'
import type {ExpiringTable} from './ttl/ttl-state.js'
import {TtlValueState} from './ttl/ttl-value-state.js'

/** What the backend does with a handle of state that expires. */
export interface ExpiringHandle extends State, InNamespace {
  /** Cleans up a little. */
  accessedAt(): number
}

/** A handle of the descriptor's kind over a table whose contents expire. */
export function createExpiringHandle(
  descriptor: StateDescriptor,
  expiring: ExpiringTable<unknown>,
  namespace: Namespace,
): ExpiringHandle {
  const contents = expiring as ExpiringTable<never>
  switch (descriptor.kind) {
    case 'value':
      return new TtlValueState(contents, namespace, descriptor)
    case 'list':
      return new TtlListState(contents, namespace)
    case 'map':
      return new TtlMapState(contents, namespace)
    case 'reducing':
      return new TtlReducingState(contents, namespace, descriptor)
    case 'aggregating':
      return new TtlAggregatingState(contents, namespace, descriptor)
  }
}
