import type {AggregateFunction} from '../aggregate-function.js'
import type {MergingState} from '../keyed-state-backend.js'
import type {Namespace} from '../keys/namespace.js'
import type {AggregatingStateDescriptor} from '../state-descriptors.js'
import type {AggregatingState} from '../states.js'
import type {EntryTable} from './entry-table.js'
import {HeapState} from './heap-state.js'
import {mergeAccumulators} from './merge-accumulators.js'
import {mergeNamespaces} from './merge-namespaces.js'

export class HeapAggregatingState<IN, ACC, OUT>
  extends HeapState<ACC>
  implements AggregatingState<IN, OUT>, MergingState
{
  private readonly aggregate: AggregateFunction<IN, ACC, OUT>

  constructor(table: EntryTable<ACC>, namespace: Namespace, descriptor: AggregatingStateDescriptor<IN, ACC, OUT>) {
    super(table, namespace)
    this.aggregate = descriptor.aggregateFunction
  }

  get(): OUT | undefined {
    const entry = this.table.find(this.namespace)
    return entry === undefined ? undefined : this.aggregate.getResult(this.table.expose(entry))
  }

  add(value: IN): void {
    const entry = this.table.find(this.namespace)
    const accumulator = entry === undefined ? this.aggregate.createAccumulator() : this.table.own(entry)
    this.table.write(this.namespace, this.aggregate.add(value, accumulator))
  }

  mergeNamespaces(target: Namespace, sources: Iterable<Namespace>): void {
    mergeNamespaces(this.table, {target, sources}, (a, b) => mergeAccumulators(this.table.name, this.aggregate, {a, b}))
  }
}
