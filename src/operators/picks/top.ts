import type {StateGrowth} from '../state-growth.js'
import {compareValues} from './compare-values.js'
import type {HeldRecord} from './held-record.js'
import {HeldRecordsOperator} from './held-records.js'
import {QuietAlarm, type QuietTimes} from './quiet-alarm.js'
import {updateKey} from './update-key.js'

export interface TopOptions<T> {
  readonly count: number
  /** What is compared; the greatest come first, of equal ones the first that came. */
  readonly by: (record: T) => unknown
  /** Records of one key replace each other. Absent: each record stands for itself. */
  readonly keyOf?: ((record: T) => unknown) | undefined
  /** Absent: only at the end of the input; else the list is given out anew when it has changed and the input is quiet. */
  readonly times?: QuietTimes | undefined
}

interface Ranked<T> {
  readonly record: HeldRecord<T>
  readonly rank: unknown
  /** Records that came before. */
  readonly place: number
}

/**
 * The greatest records, greatest first. Keeps `count` records, or, where records replace each other, the newest of each key: one that
 * becomes less makes room for another.
 */
export class TopOperator<T = unknown> extends HeldRecordsOperator<T> {
  private readonly newest = new Map<unknown, Ranked<T>>()
  /** The greatest, least first: where there are no keys. */
  private readonly greatest: Ranked<T>[] = []
  private seen = 0
  private hasChanged = false
  private alarm: QuietAlarm | undefined = undefined

  constructor(private readonly options: TopOptions<T>) {
    super()
  }

  override stateGrowth(): readonly StateGrowth[] {
    return this.options.keyOf === undefined ? [] : [{what: 'the newest record of each key', growsWith: 'keys'}]
  }

  protected override opened(): void {
    const {times} = this.options
    if (times !== undefined) this.alarm = new QuietAlarm(times, this.context)
    super.opened()
  }

  /** Of equal ranks the first comes first again. */
  protected *stored(): Iterable<unknown> {
    const ranked = this.options.keyOf === undefined ? this.greatest : [...this.newest.values()]
    for (const {record} of [...ranked].sort((a, b) => a.place - b.place)) yield record
  }

  protected override closeParts(): void {
    this.alarm?.clear()
  }

  protected keep(record: HeldRecord<T>): void {
    const {by, keyOf} = this.options
    const ranked = {record, rank: by(record.value), place: this.seen++}
    if (keyOf === undefined) this.rank(ranked)
    else this.replace(updateKey(keyOf(record.value)), ranked)
  }

  protected release(): Iterable<HeldRecord<T>> {
    this.alarm?.clear()
    if (!this.hasChanged) return []
    this.hasChanged = false
    const ranked = this.options.keyOf === undefined ? this.greatest : [...this.newest.values()].sort(order)
    return ranked
      .slice(-this.options.count)
      .reverse()
      .map(({record}) => record)
  }

  protected override drainMore(): boolean {
    if (this.alarm?.isDue === true) this.giveOut()
    return super.drainMore()
  }

  private replace(key: unknown, ranked: Ranked<T>): void {
    const before = this.newest.get(key)
    this.newest.set(key, before === undefined ? ranked : {...ranked, place: before.place})
    this.noteChange()
  }

  private rank(ranked: Ranked<T>): void {
    const {greatest, options} = this
    if (greatest.length === options.count && order(ranked, greatest[0]) < 0) return
    let from = 0
    let to = greatest.length
    while (from < to) {
      const middle = (from + to) >>> 1
      if (order(greatest[middle], ranked) < 0) from = middle + 1
      else to = middle
    }
    greatest.splice(from, 0, ranked)
    if (greatest.length > options.count) greatest.shift()
    this.noteChange()
  }

  private noteChange(): void {
    this.hasChanged = true
    this.alarm?.noteInput()
  }
}

/** Least first; what has no rank (null, NaN) is least of all. */
function order(a: Ranked<unknown>, b: Ranked<unknown>): number {
  const missing = Number(isMissing(b.rank)) - Number(isMissing(a.rank))
  return missing || compareValues(a.rank, b.rank) || b.place - a.place
}

function isMissing(rank: unknown): boolean {
  return rank === null || rank === undefined || Number.isNaN(rank)
}
