import type {ObjectBatch} from '../../columns/index.js'
import {type ControlElement, MAX_TIMESTAMP_MS, MIN_TIMESTAMP_MS, type OperatorListState} from '../../core/index.js'
import {decodeValue, encodeValue} from '../../types/index.js'
import {RecordOperator} from '../records/record-operator.js'

import {WAITS} from './external-sort.js'
import type {HeldRecord} from './held-record.js'

const STATE = 'held-records'

/**
 * Base of operators that keep records and give some of them out later: at the end of the input, or when they say so (`giveOut`). The end
 * of event time goes on behind what is given out then. In the ledger a record counts as combined when it is kept, and as made when it leaves.
 */
export abstract class HeldRecordsOperator<T = unknown> extends RecordOperator {
  private leaving: Iterator<HeldRecord<T> | typeof WAITS> | undefined = undefined
  private next: HeldRecord<T> | typeof WAITS | undefined = undefined
  private endOfTime: ControlElement | undefined = undefined
  private hasEnded = false

  /** See RecordOperator. */
  constructor(userFunction: unknown = undefined) {
    super(userFunction)
  }

  protected override ownLists(): readonly OperatorListState[] {
    return [{name: STATE, distribution: 'split', elements: [...this.stored()].map(encodeValue)}]
  }

  /** Comes before the first record; what was stored is kept again. */
  protected override opened(): void {
    for (const {name, elements} of this.context.restored?.lists ?? [])
      if (name === STATE) this.restore(elements.map(decodeValue))
  }

  /** What a snapshot holds, as plain values: the records that are kept, in the order in which they are to be kept again. */
  protected abstract stored(): Iterable<unknown>

  protected restore(stored: readonly unknown[]): void {
    for (const record of stored) this.keep(record as HeldRecord<T>)
  }

  /** Keeps a record. */
  protected abstract keep(record: HeldRecord<T>): void

  /** The rows of a batch have been kept. */
  protected batchKept(): void {}

  /**
   * What leaves now; nothing is kept while it does. `isEnd`: nothing will come any more. WAITS among them: what follows is there after `wake`.
   */
  protected abstract release(isEnd: boolean): Iterable<HeldRecord<T> | typeof WAITS>

  /** Gives out, and answers whether all has gone; see `Operator.drain`. */
  protected tryGiveOut(): boolean {
    this.giveOut()
    return this.leave()
  }

  /** Has `release` asked. */
  protected giveOut(): void {
    this.leaving ??= this.release(false)[Symbol.iterator]()
  }

  protected processRows({values, timestamps, rowCount}: ObjectBatch): number {
    for (let row = 0; row < rowCount; row++) {
      this.row = row
      this.keep({value: values[row] as T, timestampMs: timestamps === undefined ? MIN_TIMESTAMP_MS : timestamps[row]})
    }
    this.batchKept()
    return rowCount
  }

  protected override onWatermark(timestampMs: number): void {
    const watermark = {kind: 'watermark', timestampMs} as const
    if (timestampMs === MAX_TIMESTAMP_MS) {
      this.endOfTime = watermark
      this.leave()
    } else this.emitControl(watermark)
  }

  protected override drainMore(): boolean {
    return this.leaving === undefined && this.endOfTime === undefined ? true : this.leave()
  }

  protected override finishMore(): boolean {
    this.hasEnded ||= this.end()
    return this.leave()
  }

  protected override get missing() {
    return 'recordsCombined' as const
  }

  private end(): true {
    this.leaving ??= this.release(true)[Symbol.iterator]()
    return true
  }

  private leave(): boolean {
    if (this.endOfTime !== undefined) this.hasEnded ||= this.end()
    const {out} = this
    for (this.next ??= this.nextOne(); this.next !== undefined; this.next = this.nextOne()) {
      if (this.next === WAITS) return this.waits()
      if (out.isBlocked) return false
      out.timestampMs = this.next.timestampMs
      out.collect(this.next.value)
    }
    if (!this.flushed()) return false
    const {endOfTime} = this
    this.endOfTime = undefined
    if (endOfTime !== undefined) this.emitControl(endOfTime)
    return true
  }

  /** What is there goes on meanwhile. */
  private waits(): false {
    this.next = undefined
    this.flushed()
    return false
  }

  private nextOne(): HeldRecord<T> | typeof WAITS | undefined {
    const next = this.leaving?.next()
    if (next?.done !== true) return next?.value
    this.leaving = undefined
    return undefined
  }
}
