import type {ObjectBatch} from '../../columns/index.js'
import {MAX_TIMESTAMP_MS} from '../../core/index.js'
import type {FieldReference} from '../functions/index.js'
import type {OperatorSnapshot, SnapshotRequest} from '../snapshots.js'
import {KeyedReduceOperator, type KeyedReduceOptions} from './keyed-reduce.js'
import {PairSums} from './pair-sums.js'
import {toKeySelector} from './to-key-selector.js'

export interface KeyedSumOptions<T> extends KeyedReduceOptions<T> {
  readonly sumField: FieldReference
}

/**
 * Final sums by key. As long as records are pairs (see PairSums) they are added up beside the state, in a table without objects and without a
 * timer for each key: a look-up costs a third. What is there goes into the state before a snapshot, and where a record is no pair.
 *
 *   pairs ─▶ PairSums ─ the end of time, nothing in the state ─▶ results
 *                └───── a snapshot; a record that is no pair ──▶ state and timers, as of any reduce
 */
export class KeyedSumOperator<T = unknown> extends KeyedReduceOperator<T> {
  /** In use while all records have been pairs. */
  private pairs: PairSums<T> | undefined
  /** Results on their way out. */
  private leaving: Iterator<T, unknown> | undefined

  constructor(options: KeyedSumOptions<T>) {
    super({...options, emit: 'final'})
    this.pairs = PairSums.of(toKeySelector(options.keySelector), options.sumField)
  }

  override snapshotState(request: SnapshotRequest): OperatorSnapshot {
    this.movePairs()
    return super.snapshotState(request)
  }

  protected override processRows(batch: ObjectBatch): number {
    const added = this.pairs === undefined ? 0 : this.addPairs(this.pairs, batch)
    if (added === batch.rowCount) return added
    this.movePairs()
    this.pairs = undefined
    return this.gather(batch, added)
  }

  protected override onWatermark(timestampMs: number): void {
    if (timestampMs === MAX_TIMESTAMP_MS) this.endPairs()
    super.onWatermark(timestampMs)
  }

  protected override drainMore(): boolean {
    return this.leave() && super.drainMore()
  }

  /** The first record of a key counts when its result leaves. */
  private addPairs(pairs: PairSums<T>, {values, rowCount}: ObjectBatch): number {
    const keysBefore = pairs.size
    try {
      return pairs.add(values, rowCount)
    } finally {
      this.row = pairs.row
      this.recordsIn -= pairs.size - keysBefore
    }
  }

  private endPairs(): void {
    if (this.state.entryCount > 0) this.movePairs()
    else this.leaving = this.pairs?.take()
  }

  private movePairs(): void {
    if (this.pairs === undefined || this.pairs.size === 0) return
    const records = [...this.pairs.take()]
    // They have been counted as begun, and are begun again.
    this.recordsIn += records.length
    this.gather({kind: 'objects', rowCount: records.length, values: records}, 0)
  }

  /** False while there is no room for all results. */
  private leave(): boolean {
    const {out, leaving} = this
    if (leaving === undefined) return true
    out.timestampMs = MAX_TIMESTAMP_MS
    while (!out.isBlocked) {
      const {done, value} = leaving.next()
      if (done === true) {
        this.leaving = undefined
        return true
      }
      this.recordsIn += 1
      out.collect(value as T)
    }
    return false
  }
}
