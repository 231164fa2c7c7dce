import type {StateGrowth} from '../state-growth.js'
import {compareValues} from './compare-values.js'
import {type HeldRecord, HeldRecordsOperator} from './held-records.js'

export interface SortOptions<T> {
  /** What is compared. */
  readonly by: (record: T) => unknown
  readonly isDescending: boolean
}

/** All records in order, when the input has ended; equal ones as they came. They are kept in memory until then. */
export class SortOperator<T = unknown> extends HeldRecordsOperator<T> {
  private readonly kept: {readonly record: HeldRecord<T>; readonly rank: unknown}[] = []

  constructor(private readonly options: SortOptions<T>) {
    super()
  }

  override stateGrowth(): readonly StateGrowth[] {
    return [{what: 'all records, which are sorted when the input ends', growsWith: 'records'}]
  }

  protected keep(record: HeldRecord<T>): void {
    this.kept.push({record, rank: this.options.by(record.value)})
  }

  protected *stored(): Iterable<unknown> {
    for (const {record} of this.kept) yield record
  }

  protected *release(isEnd: boolean): Iterable<HeldRecord<T>> {
    if (!isEnd) return
    const sign = this.options.isDescending ? -1 : 1
    this.kept.sort((a, b) => sign * compareValues(a.rank, b.rank))
    for (const {record} of this.kept) yield record
  }
}
