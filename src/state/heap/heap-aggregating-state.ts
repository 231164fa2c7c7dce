import type {AggregateFunction} from '../aggregate-function.js'
import type {MergingState} from '../keyed-state-backend.js'
import type {Namespace} from '../keys/namespace.js'
import type {AggregatingStateDescriptor} from '../state-descriptors.js'
import type {AggregatingState} from '../states.js'
import {HeapState} from './heap-state.js'
import {mergeAccumulators} from './merge-accumulators.js'
import {mergeNamespaces} from './merge-namespaces.js'
import type {SingleTable} from './single-table.js'

export class HeapAggregatingState<IN, ACC, OUT>
  extends HeapState<SingleTable<ACC>>
  implements AggregatingState<IN, OUT>, MergingState
{
  private readonly aggregate: AggregateFunction<IN, ACC, OUT>

  constructor(table: SingleTable<ACC>, namespace: Namespace, descriptor: AggregatingStateDescriptor<IN, ACC, OUT>) {
    super(table, namespace)
    this.aggregate = descriptor.aggregateFunction
  }

  get(): OUT | undefined {
    const accumulator = this.table.read(this.namespace)
    return accumulator === undefined ? undefined : this.aggregate.getResult(accumulator)
  }

  add(value: IN): void {
    const before = this.table.readToChange(this.namespace)
    const accumulator = before === undefined ? this.aggregate.createAccumulator() : before
    this.table.write(this.namespace, this.aggregate.add(value, accumulator))
  }

  mergeNamespaces(target: Namespace, sources: Iterable<Namespace>): void {
    mergeNamespaces(this.table, {target, sources}, (a, b) => mergeAccumulators(this.table.name, this.aggregate, {a, b}))
  }
}
