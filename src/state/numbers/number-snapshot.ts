import type {RunningSnapshot} from '../snapshots/change-tracker.js'
import {epochOf, WRITTEN} from '../snapshots/item.js'
import type {NumberTable} from './number-table.js'
import {FIRST_RECORD, NO_RECORD, type RecordChunk, type Ref, STAMP} from './record-layout.js'
import {type RecordMemory, type RecordVisitor, VISIT_EFFORT} from './record-memory.js'
import {RecordStreams, type RecordStreamsOptions} from './record-streams.js'
import type {RefList} from './ref-list.js'

/** Writes what a table of numbers had at a barrier into the streams of a file, while the stream goes on. */
export class NumberSnapshot implements RecordVisitor {
  private readonly memory: RecordMemory
  private readonly removed: RecordStreams
  private readonly present: RecordStreams
  private readonly writtenStamp: number

  constructor(
    private readonly table: NumberTable,
    private readonly running: RunningSnapshot,
    streams: RecordStreamsOptions,
  ) {
    this.memory = table.records.memory
    this.removed = new RecordStreams('removed', streams)
    this.present = new RecordStreams('present', streams)
    this.writtenStamp = (running.epoch * 4) | WRITTEN
    table.writeNow = (ref) => this.memory.visit(ref, this)
  }

  /** Puts down about so many records in each step. */
  *steps(recordsMax: number): Generator<void> {
    const {afterEpoch, epoch} = this.running
    if (afterEpoch < 0) return yield* this.all(recordsMax)
    const changes = this.table.log.between(afterEpoch, epoch)
    for (const {removed} of changes)
      yield* this.each(removed, recordsMax, (ref) => this.memory.visit(ref, this.removed))
    if (changes.some(({isDense}) => isDense)) yield* this.all(recordsMax)
    else for (const {changed} of changes) yield* this.each(changed, recordsMax, (ref) => this.take(ref))
  }

  /** Writes the record as it is. */
  visit(chunk: RecordChunk, place: number): void {
    this.present.visit(chunk, place)
    chunk.ints[2 * place + STAMP] = this.writtenStamp
  }

  /** Nothing is put down any more. */
  release(): void {
    this.table.writeNow = undefined
  }

  /** All that have changed since the snapshot that this one builds upon. */
  private *all(recordsMax: number): Generator<void> {
    const {afterEpoch, epoch} = this.running
    const wanted = {first: (afterEpoch + 1) * 4, last: epoch * 4 + 3, passed: this.writtenStamp}
    for (let from: Ref = FIRST_RECORD; from !== NO_RECORD; ) {
      from = this.memory.scan(from, recordsMax * VISIT_EFFORT, wanted, this)
      yield
    }
  }

  private *each(refs: RefList, recordsMax: number, visit: (ref: Ref) => void): Generator<void> {
    for (let from = 0; from < refs.length; from += recordsMax) {
      const to = Math.min(refs.length, from + recordsMax)
      for (let i = from; i < to; i++) visit(refs.at(i))
      yield
    }
  }

  /** Writes the record unless it has changed since the barrier, and was written then, or is gone. */
  private take(ref: Ref): void {
    const stamp = this.memory.stamp(ref)
    if (stamp >= 0 && epochOf(stamp) <= this.running.epoch && stamp !== this.writtenStamp) this.memory.visit(ref, this)
  }
}
