import {HeapAggregatingState} from './heap/heap-aggregating-state.js'
import {HeapListState} from './heap/heap-list-state.js'
import {HeapMapState} from './heap/heap-map-state.js'
import {HeapReducingState} from './heap/heap-reducing-state.js'
import {HeapValueState} from './heap/heap-value-state.js'
import type {SingleTable} from './heap/single-table.js'
import type {InNamespace} from './keyed-state-backend.js'
import type {Namespace} from './keys/namespace.js'
import type {StateDescriptor} from './state-descriptors.js'
import type {State} from './states.js'

/** A handle of the descriptor's kind over its table, which holds what that kind stores. */
export function createHandle(
  descriptor: StateDescriptor,
  table: SingleTable<unknown>,
  namespace: Namespace,
): State & InNamespace {
  const contents = table as never
  switch (descriptor.kind) {
    case 'value':
      return new HeapValueState(contents, namespace, descriptor)
    case 'list':
      return new HeapListState(contents, namespace)
    case 'map':
      return new HeapMapState(contents, namespace)
    case 'reducing':
      return new HeapReducingState(contents, namespace, descriptor)
    case 'aggregating':
      return new HeapAggregatingState(contents, namespace, descriptor)
  }
}
