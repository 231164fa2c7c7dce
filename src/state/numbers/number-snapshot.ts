import type {RunningSnapshot} from '../snapshots/change-tracker.js'
import {epochOf, WRITTEN} from '../snapshots/item.js'
import type {StreamsOptions} from '../snapshots/streams-options.js'
import type {NumberTable} from './number-table.js'
import {FIRST_RECORD, NO_RECORD, type RecordChunk, type Ref, STAMP} from './record-layout.js'
import {type RecordMemory, type RecordVisitor, VISIT_EFFORT} from './record-memory.js'
import {RecordStreams} from './record-streams.js'
import type {RefList} from './ref-list.js'

const FIRST_STEP = 128
const DOUBLINGS_MAX = 16
/** So many steps, then they are twice as large. */
const STEPS_ALIKE = 2

/** Writes what a table of numbers had at a barrier into the streams of a file, while the stream goes on. */
export class NumberSnapshot implements RecordVisitor {
  private readonly memory: RecordMemory
  private readonly removed: RecordStreams
  private readonly present: RecordStreams
  private readonly writtenStamp: number
  private recordsMax = 0
  private stepCount = 0

  constructor(
    private readonly table: NumberTable,
    private readonly running: RunningSnapshot,
    streams: StreamsOptions,
  ) {
    this.memory = table.records.memory
    this.removed = new RecordStreams('removed', streams)
    this.present = new RecordStreams('present', streams)
    this.writtenStamp = (running.epoch * 4) | WRITTEN
    table.writeNow = (ref) => this.memory.visit(ref, this)
  }

  /**
   * Puts down about so many records in each step, and fewer in the first: a step whose code the engine has not compiled yet takes ten times as
   * long as another.
   */
  *steps(recordsMax: number): Generator<void> {
    this.recordsMax = recordsMax
    const {afterEpoch, epoch} = this.running
    if (afterEpoch < 0) return yield* this.all()
    const changes = this.table.log.between(afterEpoch, epoch)
    for (const {removed} of changes) yield* this.each(removed, (ref) => this.memory.visit(ref, this.removed))
    if (changes.some(({isDense}) => isDense)) yield* this.all()
    else for (const {changed} of changes) yield* this.each(changed, (ref) => this.take(ref))
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
  private *all(): Generator<void> {
    const {afterEpoch, epoch} = this.running
    const wanted = {first: (afterEpoch + 1) * 4, last: epoch * 4 + 3, passed: this.writtenStamp}
    for (let from: Ref = FIRST_RECORD; from !== NO_RECORD; ) {
      from = this.memory.scan(from, this.nextCount() * VISIT_EFFORT, wanted, this)
      yield
    }
  }

  private *each(refs: RefList, visit: (ref: Ref) => void): Generator<void> {
    for (let i = 0; i < refs.length; ) {
      for (const to = Math.min(refs.length, i + this.nextCount()); i < to; i++) visit(refs.at(i))
      yield
    }
  }

  private nextCount(): number {
    const doublings = Math.floor(this.stepCount++ / STEPS_ALIKE)
    return doublings > DOUBLINGS_MAX ? this.recordsMax : Math.min(this.recordsMax, FIRST_STEP << doublings)
  }

  /** Writes the record unless it has changed since the barrier, and was written then, or is gone. */
  private take(ref: Ref): void {
    const stamp = this.memory.stamp(ref)
    if (stamp >= 0 && epochOf(stamp) <= this.running.epoch && stamp !== this.writtenStamp) this.memory.visit(ref, this)
  }
}
