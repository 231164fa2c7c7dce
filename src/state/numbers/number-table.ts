import type {NumberColumn, TextColumn} from '../../types/index.js'
import {noKey} from '../heap/no-key.js'
import type {CurrentKey} from '../keys/current-key.js'
import type {ChangeTracker} from '../snapshots/change-tracker.js'
import {hashOfLatin1, hashOfWide} from '../snapshots/hash-units.js'
import {GONE} from '../snapshots/item.js'
import {NumberLog} from './number-log.js'
import {NumberRecords} from './number-records.js'
import {LATIN1, NO_RECORD, type Ref, UTF16} from './record-layout.js'
import type {RecordMemory} from './record-memory.js'
import type {StateRoom} from './state-room.js'

/** Puts a record into the running snapshot at once, as it is before it changes. */
export type WriteRecordNow = (ref: Ref) => void

/**
 * A state that is a number for each key, where keys are texts and numbers. Calls are about the current key.
 *
 * Snapshots   As in StateTable, by stamps; what a snapshot awaits is written into it when it changes, since a copy of a number needs no object.
 * Cost        One look-up, which reads two lines of memory. Nothing is allocated on the heap.
 */
export class NumberTable {
  readonly records: NumberRecords
  readonly log: NumberLog
  /** Of the running snapshot. */
  writeNow: WriteRecordNow | undefined = undefined
  private readonly memory: RecordMemory
  private readonly tracker: ChangeTracker
  private seenEpoch = -1
  private seen: Ref = NO_RECORD

  constructor(
    private readonly name: string,
    private readonly key: CurrentKey,
    room: StateRoom,
  ) {
    this.records = new NumberRecords(room)
    this.tracker = key.tracker
    this.memory = this.records.memory
    this.log = new NumberLog(this.tracker, this.records)
  }

  get size(): number {
    return this.records.size
  }

  /** Whether the current key can be in the table. */
  get fits(): boolean {
    const {currentKey} = this.key
    return typeof currentKey === 'string' || typeof currentKey === 'number'
  }

  read(): number | undefined {
    const ref = this.find()
    return ref === NO_RECORD ? undefined : this.memory.value(ref)
  }

  /** `fits` must hold. */
  write(value: number): void {
    const {memory} = this
    let ref = this.find()
    if (ref === NO_RECORD) ref = this.create()
    else if (memory.stamp(ref) < this.tracker.stamp) this.change(ref)
    memory.setValue(ref, value)
  }

  remove(): void {
    const ref = this.find()
    if (ref !== NO_RECORD) this.removeRecord(ref)
  }

  /** All records there are now. */
  refs(): readonly Ref[] {
    return this.memory.refs()
  }

  /** Puts what was read from a snapshot in its place. */
  restore(key: string | number, value: number): void {
    const {records} = this
    const hash = this.key.hash(key)
    const found = records.find(key, hash)
    this.restored(found === NO_RECORD ? records.add(key, hash) : found, value)
  }

  /** The same for a column of keys; those of other subtasks are left out. */
  restoreColumn(keys: TextColumn | NumberColumn, values: ArrayLike<number>): void {
    if (keys.kind === 'text') this.restoreTexts(keys, values)
    else this.restoreNumbers(keys, values)
  }

  restoreRemoval(key: string | number): void {
    const ref = this.records.find(key, this.key.hash(key))
    if (ref !== NO_RECORD) this.removeRecord(ref)
  }

  private restoreTexts({bytes, lengths, isWide}: TextColumn, values: ArrayLike<number>): void {
    const {records, key} = this
    const form = isWide ? UTF16 : LATIN1
    let from = 0
    for (let row = 0; row < values.length; row++) {
      const units = lengths[row]
      const hash = isWide ? hashOfWide(bytes, from, units) : hashOfLatin1(bytes, from, units)
      if (key.isHashHere(hash)) {
        const head = (units << 2) | form
        const found = records.findBytes(bytes, from, head, hash)
        this.restored(found === NO_RECORD ? records.addBytes(bytes, from, head, hash) : found, values[row])
      }
      from += isWide ? 2 * units : units
    }
  }

  private restoreNumbers(keys: NumberColumn, values: ArrayLike<number>): void {
    for (let row = 0; row < values.length; row++) {
      const key = keys.values[row]
      if (this.key.isHashHere(this.key.hash(key))) this.restore(key, values[row])
    }
  }

  private restored(ref: Ref, value: number): void {
    this.memory.setStamp(ref, this.tracker.bornStamp)
    this.memory.setValue(ref, value)
    this.log.changed(ref)
  }

  private find(): Ref {
    const {key} = this
    if (this.seenEpoch === key.epoch) return this.seen
    if (key.currentMapKey === undefined) throw noKey(this.name)
    const found = this.fits ? this.records.find(key.currentKey as string | number, key.currentKeyHash) : NO_RECORD
    return this.remember(found)
  }

  private create(): Ref {
    const {key, tracker} = this
    const {currentKey, currentKeyHash} = key
    key.requireHere()
    const ref = this.records.add(currentKey as string | number, currentKeyHash)
    this.memory.setStamp(ref, tracker.bornStamp)
    this.log.changed(ref)
    return this.remember(ref)
  }

  private change(ref: Ref): void {
    if (this.tracker.running !== undefined) this.preserve(ref)
    this.log.changed(ref)
    this.memory.setStamp(ref, this.tracker.stamp)
  }

  private removeRecord(ref: Ref): void {
    const {memory, records, log, tracker} = this
    if (tracker.running !== undefined) this.preserve(ref)
    const stamp = memory.stamp(ref)
    records.unlink(ref)
    memory.setStamp(ref, GONE)
    log.removed(ref, stamp)
    this.seenEpoch = -1
  }

  private preserve(ref: Ref): void {
    if (this.tracker.isStampAwaited(this.memory.stamp(ref))) this.writeNow?.(ref)
  }

  private remember(ref: Ref): Ref {
    this.seenEpoch = this.key.epoch
    this.seen = ref
    return ref
  }
}
