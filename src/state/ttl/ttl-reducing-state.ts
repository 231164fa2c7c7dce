import {mergeNamespaces} from '../heap/merge-namespaces.js'
import type {MergingState} from '../keyed-state-backend.js'
import type {Namespace} from '../keys/namespace.js'
import type {ReducingStateDescriptor} from '../state-descriptors.js'
import type {ReducingState} from '../states.js'
import type {Expiring} from './expiring.js'
import {TtlSingleState} from './ttl-single-state.js'
import type {ExpiringTable} from './ttl-state.js'

export class TtlReducingState<T> extends TtlSingleState<T> implements ReducingState<T>, MergingState {
  private readonly reduce: (a: T, b: T) => T

  constructor(expiring: ExpiringTable<Expiring<T>>, namespace: Namespace, descriptor: ReducingStateDescriptor<T>) {
    super(expiring, namespace)
    this.reduce = descriptor.reduce
  }

  get(): T | undefined {
    return this.read()?.value
  }

  add(value: T): void {
    const nowMs = this.accessedAt()
    const base = this.base(nowMs)
    this.store(base === undefined ? value : this.reduce(base.value, value), nowMs)
  }

  mergeNamespaces(target: Namespace, sources: Iterable<Namespace>): void {
    mergeNamespaces(this.table, {target, sources}, this.merging(this.reduce))
  }
}
