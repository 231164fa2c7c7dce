import type {MergingState} from '../keyed-state-backend.js'
import type {Namespace} from '../keys/namespace.js'
import type {ReducingStateDescriptor} from '../state-descriptors.js'
import type {ReducingState} from '../states.js'
import type {EntryTable} from './entry-table.js'
import {HeapState} from './heap-state.js'
import {mergeNamespaces} from './merge-namespaces.js'

export class HeapReducingState<T> extends HeapState<T> implements ReducingState<T>, MergingState {
  private readonly reduce: (a: T, b: T) => T

  constructor(table: EntryTable<T>, namespace: Namespace, descriptor: ReducingStateDescriptor<T>) {
    super(table, namespace)
    this.reduce = descriptor.reduce
  }

  get(): T | undefined {
    const entry = this.table.find(this.namespace)
    return entry === undefined ? undefined : this.table.expose(entry)
  }

  add(value: T): void {
    const entry = this.table.find(this.namespace)
    if (entry === undefined) this.table.write(this.namespace, value)
    else this.table.write(this.namespace, this.reduce(this.table.own(entry), value))
  }

  mergeNamespaces(target: Namespace, sources: Iterable<Namespace>): void {
    mergeNamespaces(this.table, {target, sources}, this.reduce)
  }
}
