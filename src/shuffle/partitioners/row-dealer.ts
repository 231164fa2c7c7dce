import type {DealRows} from './row-partitioner.js'

/**
 * Sorts row numbers by subpartition (a counting sort), in memory that is used again for every batch.
 *
 * The caller gets `begin`, writes each row's subpartition into the array, and calls `deal`.
 */
export class RowDealer {
  private subpartitions = new Int32Array(0)
  private sorted = new Int32Array(0)
  private readonly ends: Int32Array

  constructor(private readonly subpartitionCount: number) {
    this.ends = new Int32Array(subpartitionCount)
  }

  begin(rowCount: number): Int32Array {
    if (this.subpartitions.length < rowCount) {
      this.subpartitions = new Int32Array(rowCount * 2)
      this.sorted = new Int32Array(rowCount * 2)
    }
    return this.subpartitions
  }

  deal(rowCount: number, deal: DealRows): void {
    const {ends, sorted, subpartitionCount} = this
    this.sort(rowCount)
    let begin = 0
    for (let subpartition = 0; subpartition < subpartitionCount; subpartition++) {
      const end = ends[subpartition]
      if (end - begin === rowCount) deal(subpartition, undefined, rowCount)
      else if (end > begin) deal(subpartition, sorted.subarray(begin, end), end - begin)
      begin = end
    }
  }

  /** Afterwards `ends[s]` is the end of subpartition s's rows in `sorted`. */
  private sort(rowCount: number): void {
    const {ends, sorted, subpartitions} = this
    ends.fill(0)
    for (let row = 0; row < rowCount; row++) ends[subpartitions[row]] += 1
    let begin = 0
    for (let subpartition = 0; subpartition < ends.length; subpartition++) {
      const count = ends[subpartition]
      ends[subpartition] = begin
      begin += count
    }
    for (let row = 0; row < rowCount; row++) sorted[ends[subpartitions[row]]++] = row
  }
}
