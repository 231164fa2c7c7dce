import {deepCopy} from '../snapshots/deep-copy.js'
import type {StateDescriptor} from '../state-descriptors.js'
import type {SharedList} from './shared-list.js'
import type {UserMap} from './user-map.js'

/** How values of a table are copied when a snapshot still needs them. */
export interface Content<V> {
  readonly kind: 'single' | 'list' | 'map'
  /** A copy that changes of the value in place do not reach; elements of lists and maps are shared. */
  freeze(value: V): V
  /** Makes elements that a frozen copy shares its own. */
  deepen(frozen: V): void
}

const SINGLE: Content<unknown> = {kind: 'single', freeze: deepCopy, deepen: () => {}}

const LIST: Content<SharedList<unknown>> = {
  kind: 'list',
  freeze: (list) => list.share(),
  deepen: (list) => list.replaceEach(deepCopy),
}

const MAP: Content<UserMap<unknown, unknown>> = {
  kind: 'map',
  freeze: (map) => map.copy(),
  deepen: (map) => map.replaceEach(deepCopy),
}

/** What states of a kind hold. */
export function contentOf(kind: StateDescriptor['kind']): Content<unknown> {
  if (kind === 'list') return LIST as Content<unknown>
  return kind === 'map' ? (MAP as Content<unknown>) : SINGLE
}
