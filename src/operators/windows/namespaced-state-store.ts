import type {KeyedStateBackend, KeyedStateStore, Namespace, StateDescriptor} from '../../state/index.js'
import type {StateAccess} from './state-access.js'

/** Keyed state under a namespace that moves along. */
export class NamespacedStateStore implements KeyedStateStore {
  /** Every descriptor that was asked for, by name. */
  readonly used = new Map<string, StateDescriptor>()

  constructor(
    private readonly state: KeyedStateBackend,
    private readonly namespace: () => Namespace,
  ) {}

  private readonly access: StateAccess = (descriptor: StateDescriptor) => {
    this.used.set(descriptor.name, descriptor)
    return this.state.getState(this.namespace(), descriptor) as never
  }

  readonly getState: KeyedStateStore['getState'] = this.access
  readonly getListState: KeyedStateStore['getListState'] = this.access
  readonly getMapState: KeyedStateStore['getMapState'] = this.access
  readonly getReducingState: KeyedStateStore['getReducingState'] = this.access
  readonly getAggregatingState: KeyedStateStore['getAggregatingState'] = this.access

  /** Forgets all that was ever asked for, of the current key and namespace. */
  clear(): void {
    for (const descriptor of this.used.values()) this.state.getState(this.namespace(), descriptor).clear()
  }
}
