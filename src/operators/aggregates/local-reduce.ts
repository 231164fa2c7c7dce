import type {ObjectBatch} from '../../columns/index.js'
import type {ControlElement} from '../../core/index.js'
import type {FieldReference, KeySelector} from '../functions/index.js'
import {PairSums} from '../records/pair-sums.js'
import {RecordOperator} from '../records/record-operator.js'
import {toKeySelector} from '../records/to-key-selector.js'
import {isPlainKey} from './plain-key.js'

export interface LocalReduceOptions<T> {
  readonly keySelector: KeySelector<T>
  /** Makes the first record of a key one that `reduce` may change. */
  readonly begin: (first: T) => T
  readonly reduce: (own: T, record: T) => T
  /** `reduce` adds up this field, and nothing else. */
  readonly sumField?: FieldReference
}

/** Records that are held at most: they go out, and are begun anew. */
const RECORDS_MAX = 65_536
/** Pairs that are held at most, 32 to 64 bytes each, and bytes of long texts: see TextNumbers. */
const PAIRS_MAX = 262_144
const PAIR_TEXT_BYTES_MAX = 8 * 2 ** 20
/** Fewer records a group than this are not worth a Map: from then on records only pass through. */
const GAIN_MIN = 1.5

/**
 * Puts records of equal keys together before the shuffle, for aggregates in which a result is like a record (sum, min, max, minBy, maxBy): whoever
 * comes after aggregates results as if they were records. For bounded input: timestamps are not kept. Keys stay in the order in which they first came.
 *
 * Sums of pairs of a text, the key, and a number are held in PairSums. The first record that is none makes records of them, for good.
 */
export class LocalReduceOperator<T = unknown> extends RecordOperator {
  private readonly selectKey: (value: T) => unknown
  private readonly begin: (first: T) => T
  private readonly reduce: (own: T, record: T) => T
  private readonly groups = new Map<unknown, T>()
  /** In use while all records have been pairs. */
  private pairs: PairSums<T> | undefined
  /** Records since groups last went out. */
  private recordsHeld = 0
  private isPassing = false
  /** Groups on their way out, and what follows them: at the last watermark whoever comes after gives its results. */
  private leaving: Iterator<T, unknown> | undefined
  private held: ControlElement[] = []

  constructor({keySelector, begin, reduce, sumField}: LocalReduceOptions<T>) {
    super(undefined)
    this.selectKey = toKeySelector(keySelector)
    this.pairs = PairSums.of(this.selectKey, sumField)
    this.begin = begin
    this.reduce = reduce
  }

  /** Nothing is held behind a barrier. */
  prepareSnapshot(): boolean {
    this.flush()
    return this.leave()
  }

  protected processRows({values, rowCount}: ObjectBatch): number {
    if (this.isPassing) return this.pass(values, rowCount)
    const {pairs} = this
    const pairCount = pairs === undefined ? 0 : this.addPairs(pairs, values, rowCount)
    if (pairCount < rowCount) this.addRecords(values, pairCount, rowCount)
    this.recordsHeld += rowCount
    if (this.isFull()) this.flush()
    return rowCount
  }

  protected override emitControl(element: ControlElement): void {
    this.held.push(element)
    this.flush()
    this.leave()
  }

  protected override drainMore(): boolean {
    return this.leave()
  }

  protected override finishMore(): boolean {
    this.flush()
    return this.leave()
  }

  protected override get missing() {
    return 'recordsCombined' as const
  }

  /** Records count when their groups leave, not as they come. */
  protected override countRows(): void {}

  private addPairs(pairs: PairSums<T>, values: readonly unknown[], rowCount: number): number {
    try {
      return pairs.add(values, rowCount)
    } finally {
      this.row = pairs.row
    }
  }

  private addRecords(values: readonly unknown[], from: number, rowCount: number): void {
    this.endPairs()
    const {groups, selectKey, reduce} = this
    for (let row = from; row < rowCount; row++) {
      this.row = row
      const record = values[row] as T
      const key = selectKey(record)
      const own = groups.get(key)
      if (own === undefined) this.beginGroup(key, record)
      else {
        const reduced = reduce(own, record)
        if (reduced !== own) groups.set(key, reduced)
      }
    }
  }

  /** Pairs become records among others. */
  private endPairs(): void {
    const {pairs} = this
    this.pairs = undefined
    if (pairs !== undefined) for (const record of pairs.take()) this.groups.set(this.selectKey(record), record)
  }

  private isFull(): boolean {
    const {pairs, groups} = this
    if (pairs === undefined) return groups.size >= RECORDS_MAX
    return pairs.size >= PAIRS_MAX || pairs.textBytes >= PAIR_TEXT_BYTES_MAX
  }

  private beginGroup(key: unknown, record: T): void {
    this.groups.set(isPlainKey(key) ? key : Symbol(), this.begin(record))
  }

  private pass(values: readonly unknown[], rowCount: number): number {
    const {out} = this
    let row = 0
    while (row < rowCount && !out.isBlocked) out.collect(values[row++])
    super.countRows(row)
    return row
  }

  private flush(): void {
    const groupCount = this.pairs?.size ?? this.groups.size
    if (this.leaving !== undefined || groupCount === 0) return
    super.countRows(this.recordsHeld)
    this.isPassing = this.recordsHeld < GAIN_MIN * groupCount
    this.recordsHeld = 0
    this.leaving = this.pairs === undefined ? this.takeGroups() : this.pairs.take()
    this.leave()
  }

  private takeGroups(): Iterator<T> {
    const groups = [...this.groups.values()]
    this.groups.clear()
    return groups.values()
  }

  /** False while there is no room for all of them. */
  private leave(): boolean {
    const {out, leaving} = this
    while (leaving !== undefined && !out.isBlocked) {
      const {done, value} = leaving.next()
      if (done === true) this.leaving = undefined
      if (done === true) break
      out.collect(value as T)
    }
    if (this.leaving !== undefined || !this.flushed()) return false
    return this.controlLeaves()
  }

  private controlLeaves(): boolean {
    const {held} = this
    this.held = []
    for (const element of held) super.emitControl(element)
    return true
  }
}
