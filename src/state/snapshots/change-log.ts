import type {ChangeTracker} from './change-tracker.js'
import {GONE, type Item} from './item.js'
import {NoteChunks, NoteList} from './note-list.js'

/** What became of the items of one state in one epoch. An item may have been changed and then removed. */
export interface Changes<I extends Item> {
  readonly epoch: number
  readonly changed: NoteList<I>
  /** Those of which earlier snapshots know. */
  readonly removed: NoteList<I>
}

/** Puts an item into the running snapshot at once, as it is before the change; see ChangeLog.save. */
export type WriteNow = (item: Item, value: unknown) => void

/** Stamps the items of one state, saves what a running snapshot still needs of them, and notes what changes. */
export class ChangeLog<I extends Item = Item> {
  /** Removed while the running snapshot had not written them: it takes them from here. */
  late: I[] = []
  /** Of the running snapshot. */
  writeNow: WriteNow | undefined = undefined
  private readonly chunks = new NoteChunks<I>()
  private current: Changes<I>
  private ended: Changes<I>[] = []

  constructor(private readonly tracker: ChangeTracker) {
    this.current = this.changesOf(tracker.epoch)
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

  /**
   * Saves a value for the running snapshot, which awaits the item. What cannot change any more (a number, a text) is written at once:
   * an object that remembers it would live just long enough to be copied by the collector, and as many of them as items that change.
   */
  save(item: I, value: unknown, isDeep: boolean): void {
    const {running} = this.tracker
    if (running === undefined) return
    if (this.writeNow !== undefined && !isObject(value)) this.writeNow(item, value)
    else item.saved = {epoch: running.epoch, value, isDeep}
  }

  /** Notes of the epoch that has just ended go to the others; a new one begins. */
  endEpoch(): void {
    if (this.current.changed.length + this.current.removed.length > 0) this.ended.push(this.current)
    this.current = this.changesOf(this.tracker.epoch)
    this.late = []
  }

  /** What has changed in the epochs after `afterEpoch` up to `lastEpoch`. */
  between(afterEpoch: number, lastEpoch: number): readonly Changes<I>[] {
    return this.ended.filter(({epoch}) => epoch > afterEpoch && epoch <= lastEpoch)
  }

  /** Notes up to here are not needed any more. */
  forget(upToEpoch: number): void {
    // A snapshot that is being written may still read them.
    const isRead = this.tracker.running !== undefined
    for (const {epoch, changed, removed} of this.ended) {
      if (isRead || epoch > upToEpoch) continue
      changed.drop()
      removed.drop()
    }
    this.ended = this.ended.filter(({epoch}) => epoch > upToEpoch)
  }

  /** Items noted in epochs that have ended. */
  get noteCount(): number {
    return this.ended.reduce((sum, {changed, removed}) => sum + changed.length + removed.length, 0)
  }

  private changesOf(epoch: number): Changes<I> {
    return {epoch, changed: new NoteList(this.chunks), removed: new NoteList(this.chunks)}
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}
