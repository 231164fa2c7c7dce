import {deepCopy} from '../snapshots/deep-copy.js'
import type {StateDescriptor} from '../state-descriptors.js'
import {SharedList} from './shared-list.js'
import type {UserMap} from './user-map.js'

/** How values of a table are copied when a snapshot still needs them. */
export interface Content<V> {
  readonly kind: 'single' | 'list' | 'map'
  /** A copy that changes of the value in place do not reach, as long as its parts are not changed. */
  freeze(value: V): V
  /** A copy that shares nothing. */
  deepCopy(value: V): V
}

/** One value. */
const SINGLE_CONTENT: Content<unknown> = {kind: 'single', freeze: deepCopy, deepCopy}

const LIST_CONTENT: Content<SharedList<unknown>> = {
  kind: 'list',
  freeze: (list) => new SharedList(list.snapshot()),
  deepCopy: (list) => new SharedList(list.peek().map(deepCopy)),
}

const MAP_CONTENT: Content<UserMap<unknown, unknown>> = {
  kind: 'map',
  freeze: (map) => map.copy((value) => value),
  deepCopy: (map) => map.copy(deepCopy),
}

/** What states of a kind hold. */
export function contentOf(kind: StateDescriptor['kind']): Content<unknown> {
  if (kind === 'list') return LIST_CONTENT as Content<unknown>
  return kind === 'map' ? (MAP_CONTENT as Content<unknown>) : SINGLE_CONTENT
}
