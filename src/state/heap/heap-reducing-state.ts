import type {MergingState} from '../keyed-state-backend.js'
import type {Namespace} from '../keys/namespace.js'
import type {ReducingStateDescriptor} from '../state-descriptors.js'
import type {ReducingState} from '../states.js'
import {HeapState} from './heap-state.js'
import {mergeNamespaces} from './merge-namespaces.js'
import type {SingleTable} from './single-table.js'

export class HeapReducingState<T> extends HeapState<SingleTable<T>> implements ReducingState<T>, MergingState {
  private readonly reduce: (a: T, b: T) => T

  constructor(table: SingleTable<T>, namespace: Namespace, descriptor: ReducingStateDescriptor<T>) {
    super(table, namespace)
    this.reduce = descriptor.reduce
  }

  get(): T | undefined {
    return this.table.read(this.namespace)
  }

  add(value: T): void {
    const before = this.table.readToChange(this.namespace)
    this.table.write(this.namespace, before === undefined ? value : this.reduce(before, value))
  }

  mergeNamespaces(target: Namespace, sources: Iterable<Namespace>): void {
    mergeNamespaces(this.table, {target, sources}, this.reduce)
  }
}
