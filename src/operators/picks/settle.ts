import type {HeldRecord} from './held-record.js'
import {HeldRecordsOperator} from './held-records.js'
import {QuietAlarm, type QuietTimes} from './quiet-alarm.js'
import {updateKey} from './update-key.js'

export interface SettleOptions<T> {
  /** Records of one key replace each other. */
  readonly keyOf: (record: T) => unknown
  readonly times: QuietTimes
}

/**
 * Of the records of one key only the newest, when the input has become quiet or has ended: running results that somebody reads as they
 * come, without each of their steps. Keys leave in the order in which they first changed.
 */
export class SettleOperator<T = unknown> extends HeldRecordsOperator<T> {
  private changed = new Map<unknown, HeldRecord<T>>()
  private alarm!: QuietAlarm

  constructor(private readonly options: SettleOptions<T>) {
    super()
  }

  /** What waits goes before the barrier, so that there is nothing to store. */
  prepareSnapshot(): boolean {
    return this.tryGiveOut()
  }

  protected override opened(): void {
    this.alarm = new QuietAlarm(this.options.times, this.context)
  }

  protected stored(): Iterable<unknown> {
    return []
  }

  protected override closeParts(): void {
    this.alarm?.clear()
  }

  protected keep(record: HeldRecord<T>): void {
    this.changed.set(updateKey(this.options.keyOf(record.value)), record)
  }

  protected release(): Iterable<HeldRecord<T>> {
    const {changed} = this
    this.changed = new Map()
    this.alarm.clear()
    return changed.values()
  }

  protected override countRows(rowCount: number): void {
    super.countRows(rowCount)
    if (rowCount > 0) this.alarm.noteInput()
  }

  protected override drainMore(): boolean {
    if (this.alarm.isDue) this.giveOut()
    return super.drainMore()
  }
}
