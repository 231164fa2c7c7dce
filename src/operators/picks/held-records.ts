import type {ObjectBatch} from '../../columns/index.js'
import {type ControlElement, MAX_TIMESTAMP_MS, MIN_TIMESTAMP_MS, type OperatorListState} from '../../core/index.js'
import {decodeValue, encodeValue} from '../../types/index.js'
import {RecordOperator} from '../records/record-operator.js'

const STATE = 'held-records'

/** A record that is kept, with its event time. */
export interface HeldRecord<T = unknown> {
  readonly value: T
  readonly timestampMs: number
}

/**
 * Base of operators that keep records and give some of them out later: at the end of the input, or when they say so (`giveOut`). The end
 * of event time goes on behind what is given out then. In the ledger a record counts as combined when it is kept, and as made when it leaves.
 */
export abstract class HeldRecordsOperator<T = unknown> extends RecordOperator {
  private leaving: Iterator<HeldRecord<T>> | undefined = undefined
  private next: HeldRecord<T> | undefined = undefined
  private endOfTime: ControlElement | undefined = undefined
  private hasEnded = false

  constructor() {
    super(undefined)
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

  /** What leaves now; nothing is kept while it does. `isEnd`: nothing will come any more. */
  protected abstract release(isEnd: boolean): Iterable<HeldRecord<T>>

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

  private nextOne(): HeldRecord<T> | undefined {
    const next = this.leaving?.next()
    if (next?.done !== true) return next?.value
    this.leaving = undefined
    return undefined
  }
}
