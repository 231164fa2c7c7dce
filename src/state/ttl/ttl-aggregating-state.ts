import type {AggregateFunction} from '../aggregate-function.js'
import {mergeAccumulators} from '../heap/merge-accumulators.js'
import {mergeNamespaces} from '../heap/merge-namespaces.js'
import type {MergingState} from '../keyed-state-backend.js'
import type {Namespace} from '../keys/namespace.js'
import type {AggregatingStateDescriptor} from '../state-descriptors.js'
import type {AggregatingState} from '../states.js'
import type {Expiring} from './expiring.js'
import {TtlSingleState} from './ttl-single-state.js'
import type {ExpiringTable} from './ttl-state.js'

export class TtlAggregatingState<IN, ACC, OUT>
  extends TtlSingleState<ACC>
  implements AggregatingState<IN, OUT>, MergingState
{
  private readonly aggregate: AggregateFunction<IN, ACC, OUT>

  constructor(
    expiring: ExpiringTable<Expiring<ACC>>,
    namespace: Namespace,
    descriptor: AggregatingStateDescriptor<IN, ACC, OUT>,
  ) {
    super(expiring, namespace)
    this.aggregate = descriptor.aggregateFunction
  }

  get(): OUT | undefined {
    const stored = this.read()
    return stored === undefined ? undefined : this.aggregate.getResult(stored.value)
  }

  add(value: IN): void {
    const nowMs = this.accessedAt()
    const base = this.base(nowMs)
    const accumulator = base === undefined ? this.aggregate.createAccumulator() : base.value
    this.store(this.aggregate.add(value, accumulator), nowMs)
  }

  mergeNamespaces(target: Namespace, sources: Iterable<Namespace>): void {
    const combine = (a: ACC, b: ACC) => mergeAccumulators(this.table.name, this.aggregate, {a, b})
    mergeNamespaces(this.table, {target, sources}, this.merging(combine))
  }
}
