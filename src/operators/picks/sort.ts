import type {StateGrowth} from '../state-growth.js'
import type {Steps} from '../steps.js'
import {compareValues} from './compare-values.js'
import {ExternalSort, type WAITS} from './external-sort.js'
import type {HeldRecord} from './held-record.js'
import {HeldRecordsOperator} from './held-records.js'

export interface SortOptions<T> {
  /** What is compared. */
  readonly by: (record: T) => unknown
  readonly isDescending: boolean
}

/**
 * All records in order, when the input has ended; equal ones as they came. What has no room in the slot's managed memory goes to spill files as
 * sorted runs. In a job with checkpoints all of it is state, and stays in memory.
 */
export class SortOperator<T = unknown> extends HeldRecordsOperator<T> {
  private sort!: ExternalSort<T>
  private spilling: Steps | undefined

  constructor(private readonly options: SortOptions<T>) {
    super()
  }

  override stateGrowth(): readonly StateGrowth[] {
    return [{what: 'all records, which are sorted when the input ends', growsWith: 'records'}]
  }

  protected override opened(): void {
    const {by, isDescending} = this.options
    const sign = isDescending ? -1 : 1
    const compare = (a: unknown, b: unknown) => sign * compareValues(a, b)
    const neverSpills = this.context.checkpointMode !== undefined
    this.sort = new ExternalSort({rankOf: by, compare, neverSpills}, this.context)
    super.opened()
  }

  protected keep(record: HeldRecord<T>): void {
    this.sort.keep(record)
  }

  protected override batchKept(): void {
    if (this.spilling === undefined && !this.sort.hasRoom()) this.spilling = this.sort.spill()
  }

  protected override drainMore(): boolean {
    return this.trySpill() && super.drainMore()
  }

  protected override finishMore(): boolean {
    return this.trySpill() && super.finishMore()
  }

  protected override closeParts(): void {
    this.sort?.close()
  }

  protected stored(): Iterable<unknown> {
    return this.sort.inMemory
  }

  protected release(isEnd: boolean): Iterable<HeldRecord<T> | typeof WAITS> {
    return isEnd ? this.sort.sorted() : []
  }

  private trySpill(): boolean {
    if (this.spilling?.next().done === false) return false
    this.spilling = undefined
    return true
  }
}
