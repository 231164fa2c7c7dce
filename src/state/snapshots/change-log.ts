import type {ChangeTracker} from './change-tracker.js'
import {GONE, type Item} from './item.js'

/** What became of the items of one state in one epoch. An item may have been changed and then removed. */
export interface Changes<I extends Item> {
  readonly epoch: number
  readonly changed: I[]
  /** Those of which earlier snapshots know. */
  readonly removed: I[]
}

/** Stamps the items of one state, saves what a running snapshot still needs of them, and notes what changes. */
export class ChangeLog<I extends Item = Item> {
  /** Removed while the running snapshot had not written them: it takes them from here. */
  late: I[] = []
  private current: Changes<I>
  private ended: Changes<I>[] = []

  constructor(private readonly tracker: ChangeTracker) {
    this.current = {epoch: tracker.epoch, changed: [], removed: []}
  }

  /** A new item. */
  created(item: I): void {
    const {tracker} = this
    item.stamp = tracker.bornStamp
    if (tracker.isLogging) this.current.changed.push(item)
  }

  /** The first change of an item in this epoch (its stamp is below the tracker's). What a snapshot needs of it is saved. */
  changed(item: I): void {
    const {tracker} = this
    if (tracker.isLogging) this.current.changed.push(item)
    item.stamp = tracker.stamp
  }

  /** An item is gone. What a snapshot needs of it is saved. */
  removed(item: I): void {
    const {tracker} = this
    if (item.saved !== undefined && item.saved.epoch === tracker.running?.epoch) this.late.push(item)
    if (tracker.isLogging && item.stamp !== tracker.bornStamp) this.current.removed.push(item)
    item.stamp = GONE
  }

  /** Saves a value for the running snapshot, which awaits the item. */
  save(item: I, value: unknown, isDeep: boolean): void {
    const {running} = this.tracker
    if (running !== undefined) item.saved = {epoch: running.epoch, value, isDeep}
  }

  /** Notes of the epoch that has just ended go to the others; a new one begins. */
  endEpoch(): void {
    if (this.current.changed.length + this.current.removed.length > 0) this.ended.push(this.current)
    this.current = {epoch: this.tracker.epoch, changed: [], removed: []}
    this.late = []
  }

  /** What has changed in the epochs after `afterEpoch` up to `lastEpoch`. */
  between(afterEpoch: number, lastEpoch: number): readonly Changes<I>[] {
    return this.ended.filter(({epoch}) => epoch > afterEpoch && epoch <= lastEpoch)
  }

  /** Notes up to here are not needed any more. */
  forget(upToEpoch: number): void {
    this.ended = this.ended.filter(({epoch}) => epoch > upToEpoch)
  }

  /** Items noted in epochs that have ended. */
  get noteCount(): number {
    return this.ended.reduce((sum, {changed, removed}) => sum + changed.length + removed.length, 0)
  }
}
