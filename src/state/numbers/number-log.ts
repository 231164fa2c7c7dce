import type {ChangeTracker} from '../snapshots/change-tracker.js'
import type {NumberRecords} from './number-records.js'
import type {Ref} from './record-layout.js'
import {RefChunks, RefList} from './ref-list.js'

/** Where one of so many has changed, all are looked at, one after the other; asked after so many changes. */
const DENSE_PART = 16
const DENSE_LOOK = 4096

/** What became of the records of one table in one epoch. One may have been changed and then removed. */
export interface RecordChanges {
  readonly epoch: number
  readonly changed: RefList
  /** More have changed than it pays to note: their stamps tell. */
  isDense: boolean
  /** Those of which earlier snapshots know. */
  readonly removed: RefList
  /** Removed in the epoch in which they were made. */
  readonly unseen: RefList
}

/**
 * Notes what changes in a table of numbers, as ChangeLog does for items. A removed record is released when nothing that is noted names
 * it any more: until then its key can be read.
 */
export class NumberLog {
  private readonly chunks = new RefChunks()
  private current: RecordChanges
  private ended: RecordChanges[] = []
  /** Not needed any more, but a snapshot that is being written may read them. */
  private forgotten: RecordChanges[] = []

  constructor(
    private readonly tracker: ChangeTracker,
    private readonly records: NumberRecords,
  ) {
    this.current = this.changesOf(tracker.epoch)
  }

  changed(ref: Ref): void {
    const {current} = this
    if (!this.tracker.isLogging || current.isDense) return
    current.changed.push(ref)
    if (current.changed.length % DENSE_LOOK === 0) this.lookWhetherDense()
  }

  /** `stamp`: what it was until now. */
  removed(ref: Ref, stamp: number): void {
    const {tracker, current} = this
    if (!tracker.isLogging) this.records.memory.release(ref)
    else if (stamp === tracker.bornStamp) current.unseen.push(ref)
    else current.removed.push(ref)
  }

  endEpoch(): void {
    const {changed, removed, isDense} = this.current
    if (isDense || changed.length + removed.length > 0) this.ended.push(this.current)
    this.current = this.changesOf(this.tracker.epoch)
  }

  /** What has changed in the epochs after `afterEpoch` up to `lastEpoch`. */
  between(afterEpoch: number, lastEpoch: number): readonly RecordChanges[] {
    return this.ended.filter(({epoch}) => epoch > afterEpoch && epoch <= lastEpoch)
  }

  /** Notes up to here are not needed any more. */
  forget(upToEpoch: number): void {
    this.forgotten.push(...this.ended.filter(({epoch}) => epoch <= upToEpoch))
    this.ended = this.ended.filter(({epoch}) => epoch > upToEpoch)
    if (this.tracker.running === undefined) this.drop()
  }

  /** No snapshot is being written any more. */
  drop(): void {
    for (const {changed, removed, unseen} of this.forgotten.splice(0)) {
      for (const gone of [removed, unseen])
        for (let i = 0; i < gone.length; i++) this.records.memory.release(gone.at(i))
      for (const list of [changed, removed, unseen]) list.drop()
    }
  }

  get noteCount(): number {
    return this.ended.reduce((sum, {changed, removed}) => sum + changed.length + removed.length, 0)
  }

  private lookWhetherDense(): void {
    const {changed} = this.current
    if (changed.length * DENSE_PART < this.records.size) return
    this.current.isDense = true
    changed.drop()
  }

  private changesOf(epoch: number): RecordChanges {
    const list = () => new RefList(this.chunks)
    return {epoch, changed: list(), isDense: false, removed: list(), unseen: list()}
  }
}
