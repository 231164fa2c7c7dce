import type {StateDescriptor} from '../state-descriptors.js'

/** What a snapshot file knows of a state. */
export interface StateMeta {
  readonly name: string
  /** `timers`: the name is `event` or `processing`. */
  readonly kind: StateDescriptor['kind'] | 'timers'
  readonly hasTtl: boolean
}
