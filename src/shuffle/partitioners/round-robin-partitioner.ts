import type {Batch} from '../../columns/index.js'
import type {DealRows, RowPartitioner} from './row-partitioner.js'

/**
 * `rebalance` and `rescale`: each subpartition gets one run of neighbouring rows of every batch. The runs have the same length but
 * for the remainder, whose rows go to the next subpartitions in turn, so that the totals never differ by more than one row. Blocks of
 * text are not divided: they go round whole.
 */
export class RoundRobinPartitioner implements RowPartitioner {
  /** 0, 1, 2, …: its views list the rows of a run. */
  private sequence = new Int32Array(0)

  /** `next` is the subpartition that gets the first row: 0 for rescale, random for rebalance, as in Flink. */
  constructor(
    private readonly subpartitionCount: number,
    private next: number,
  ) {}

  partition(batch: Batch, deal: DealRows): void {
    if (batch.kind === 'bytes' || batch.rowCount === 1) this.dealWhole(batch, deal)
    else this.dealRuns(batch.rowCount, deal)
  }

  private dealWhole(batch: Batch, deal: DealRows): void {
    deal(this.next, undefined, batch.rowCount)
    this.next = (this.next + 1) % this.subpartitionCount
  }

  private dealRuns(rowCount: number, deal: DealRows): void {
    const {subpartitionCount: count, next: first} = this
    const runRows = Math.floor(rowCount / count)
    const remainder = rowCount % count
    const sequence = this.sequenceOf(rowCount)
    let begin = 0
    for (let i = 0; i < count; i++) {
      const end = begin + runRows + (i < remainder ? 1 : 0)
      if (end > begin) deal((first + i) % count, sequence.subarray(begin, end), end - begin)
      begin = end
    }
    this.next = (first + remainder) % count
  }

  private sequenceOf(rowCount: number): Int32Array {
    if (this.sequence.length < rowCount) this.sequence = Int32Array.from({length: rowCount * 2}, (_, i) => i)
    return this.sequence
  }
}
