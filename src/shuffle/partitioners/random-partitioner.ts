import type {Batch} from '../../columns/index.js'
import type {Random} from '../../platform/index.js'
import {RowDealer} from './row-dealer.js'
import type {DealRows, RowPartitioner} from './row-partitioner.js'

/** `shuffle`: each row, or block of text, goes to a subpartition at random. */
export class RandomPartitioner implements RowPartitioner {
  private readonly dealer: RowDealer

  constructor(
    private readonly subpartitionCount: number,
    private readonly random: Random,
  ) {
    this.dealer = new RowDealer(subpartitionCount)
  }

  partition(batch: Batch, deal: DealRows): void {
    if (batch.kind === 'bytes') {
      deal(this.pick(), undefined, batch.rowCount)
      return
    }
    const subpartitions = this.dealer.begin(batch.rowCount)
    for (let row = 0; row < batch.rowCount; row++) subpartitions[row] = this.pick()
    this.dealer.deal(batch.rowCount, deal)
  }

  private pick(): number {
    return Math.floor(this.random.next() * this.subpartitionCount)
  }
}
