import type {Batch} from '../../columns/index.js'
import type {DealRows, RowPartitioner} from './row-partitioner.js'

/** `forward` and `global`: everything goes to subpartition 0. Also what every partitioner is with one subpartition. */
export class SinglePartitioner implements RowPartitioner {
  partition(batch: Batch, deal: DealRows): void {
    deal(0, undefined, batch.rowCount)
  }
}
