import type {Batch} from '../../columns/index.js'
import {assert, FtsError} from '../../core/index.js'
import type {PartitionFunctions} from '../contract.js'
import {RowDealer} from './row-dealer.js'
import type {DealRows, RowPartitioner} from './row-partitioner.js'

/**
 * `custom`: the user's `partition(key, subpartitionCount)` decides; without a key selector the record is the key.
 *
 * Errors   `user` `FTS_PARTITIONER_RANGE` if it answers with something that is not a subpartition's number.
 */
export class CustomPartitioner implements RowPartitioner {
  private readonly dealer: RowDealer

  constructor(
    private readonly subpartitionCount: number,
    private readonly functions: PartitionFunctions,
  ) {
    assert(functions.partition !== undefined, 'a custom exchange has a partition function')
    this.dealer = new RowDealer(subpartitionCount)
  }

  partition(batch: Batch, deal: DealRows): void {
    assert(batch.kind === 'objects', 'a custom exchange gets objects', {kind: batch.kind})
    const {partition, selectKey} = this.functions
    if (partition === undefined) return
    const subpartitions = this.dealer.begin(batch.rowCount)
    let row = 0
    try {
      for (; row < batch.rowCount; row++) {
        const value = batch.values[row]
        const key = selectKey === undefined ? value : selectKey(value)
        subpartitions[row] = this.check(partition(key, this.subpartitionCount))
      }
    } catch (error) {
      throw this.functions.explain?.(error, batch.values[row]) ?? error
    }
    this.dealer.deal(batch.rowCount, deal)
  }

  private check(chosen: number): number {
    if (Number.isInteger(chosen) && chosen >= 0 && chosen < this.subpartitionCount) return chosen
    const last = this.subpartitionCount - 1
    throw new FtsError(
      'user',
      'FTS_PARTITIONER_RANGE',
      `the custom partitioner answered ${chosen}, but the subpartitions are 0 to ${last}`,
      {chosen: String(chosen), subpartitionCount: this.subpartitionCount},
      {tryThis: 'Return a whole number below the second argument, numPartitions.'},
    )
  }
}
