import type {ListStateDescriptor, MapStateDescriptor} from './state-descriptors.js'
import type {BroadcastState, ListState} from './states.js'

/**
 * State of an operator subtask that belongs to no key. The kinds differ in how it is dealt out when the parallelism changes:
 *
 *   list        each element goes to one subtask, round robin
 *   union list  every subtask gets all elements of all
 *   broadcast   every subtask has the same map
 *
 * Errors   `user` FTS_STATE_KIND if one name is asked for as two kinds; FTS_TTL_NOT_HERE for a descriptor with a TTL, which
 *          only keyed state has.
 */
export interface OperatorStateStore {
  getListState<T>(descriptor: ListStateDescriptor<T>): ListState<T>
  getUnionListState<T>(descriptor: ListStateDescriptor<T>): ListState<T>
  getBroadcastState<K, V>(descriptor: MapStateDescriptor<K, V>): BroadcastState<K, V>
}
