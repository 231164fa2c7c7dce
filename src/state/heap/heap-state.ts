import type {InNamespace} from '../keyed-state-backend.js'
import type {Namespace} from '../keys/namespace.js'
import type {State} from '../states.js'
import type {SingleTable} from './single-table.js'

/** What the handles of all kinds have in common: a table and the namespace they look at. */
export abstract class HeapState<T extends Pick<SingleTable<unknown>, 'remove'>> implements State, InNamespace {
  constructor(
    protected readonly table: T,
    protected namespace: Namespace,
  ) {}

  setCurrentNamespace(namespace: Namespace): void {
    this.namespace = namespace
  }

  clear(): void {
    this.table.remove(this.namespace)
  }
}
