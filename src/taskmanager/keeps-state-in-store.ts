import {OPTIONS} from '../config/index.js'
import type {TaskDeployment} from '../graph/index.js'

/** Whether the keyed state of a task lies in an ordered store (`state.backend.type=rocksdb`) instead of the heap. */
export function keepsStateInStore({config}: Pick<TaskDeployment, 'config'>): boolean {
  return config[OPTIONS.stateBackend.key]?.toLowerCase() === 'rocksdb'
}
