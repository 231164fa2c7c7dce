import type {ObjectBatch} from '../../columns/index.js'
import {MAX_TIMESTAMP_MS, MIN_TIMESTAMP_MS} from '../../core/index.js'
import {
  type InternalTimer,
  type ReduceFunction,
  type ValueState,
  ValueStateDescriptor,
  VOID_NAMESPACE,
  type VoidNamespace,
} from '../../state/index.js'
import type {KeySelector, RichFunction} from '../functions/index.js'
import type {StateGrowth} from '../state-growth.js'
import type {EmitMode} from './emit-mode.js'
import {refuseAsync} from './function-life.js'
import {KeyedRecordOperator} from './keyed-record-operator.js'
import {KeysAhead} from './keys-ahead.js'
import {shallowCopy} from './shallow-copy.js'
import {toKeySelector} from './to-key-selector.js'

export interface KeyedReduceOptions<T> {
  readonly keySelector: KeySelector<T>
  readonly reduce: ReduceFunction<T> & RichFunction
  /** Default: `updates`. */
  readonly emit?: EmitMode
  /** Makes the first record of a key one that the state may keep and `reduce` may change. Default: a shallow copy. */
  readonly begin?: (first: T) => T
  /** Makes what is emitted of a record that `reduce` has changed in place. Default: a shallow copy. */
  readonly copy?: (record: T) => T
}

/**
 * Rolling reduce of a keyed stream: for each record, what is left of all records of its key up to there. `final` gives the last of these
 * when event time ends, with the timestamp MAX_TIMESTAMP_MS, in the order in which the keys first came.
 *
 * A reduce function may change its first argument and return it. What was emitted is not changed by that. It is also the faster way:
 * a record that replaces another in the state outlives the young generation, and each scavenge copies it.
 *
 * Source   Flink 2.3 StreamGroupedReduceOperator, BatchGroupedReduceOperator.
 */
export class KeyedReduceOperator<T = unknown> extends KeyedRecordOperator {
  private readonly selectKey: (value: T) => unknown
  private keys!: KeysAhead<unknown, T>
  private readonly reduce: (a: T, b: T) => T
  private readonly begin: (first: T) => T
  private readonly copy: (record: T) => T
  private readonly isFinal: boolean
  private reduced!: ValueState<T>

  constructor({keySelector, reduce, emit, begin, copy}: KeyedReduceOptions<T>) {
    super(reduce)
    this.selectKey = toKeySelector(keySelector)
    this.reduce = typeof reduce === 'function' ? reduce : (a, b) => reduce.reduce(a, b)
    this.begin = begin ?? shallowCopy
    this.copy = copy ?? shallowCopy
    this.isFinal = emit === 'final'
    refuseAsync('reduce', typeof reduce === 'function' ? reduce : reduce.reduce)
  }

  override stateGrowth(): readonly StateGrowth[] {
    return [{what: 'the result of each key', growsWith: 'keys'}]
  }

  protected override opened(): void {
    this.keys = new KeysAhead(this.selectKey, this.state)
    this.reduced = this.state.getState(VOID_NAMESPACE, new ValueStateDescriptor<T>('reduce'))
  }

  protected processRows(batch: ObjectBatch): number {
    return this.isFinal ? this.gather(batch, 0) : this.update(batch)
  }

  protected onTimer({timestampMs}: InternalTimer<VoidNamespace>): void {
    this.recordsIn += 1
    this.out.timestampMs = timestampMs
    this.out.collect(this.reduced.value())
  }

  protected override get missing() {
    return 'recordsCombined' as const
  }

  private update({values, timestamps, rowCount}: ObjectBatch): number {
    const {keys, reduced, reduce, begin, copy, out} = this
    let row = 0
    keys.begin(values, rowCount)
    while (row < rowCount && !out.isBlocked) {
      this.row = row
      const value = values[row] as T
      keys.setCurrentKey(row)
      out.timestampMs = timestamps === undefined ? MIN_TIMESTAMP_MS : timestamps[row]
      const before = reduced.value()
      if (before === undefined) {
        reduced.update(begin(value))
        out.collect(value)
      } else {
        const after = returned(reduce(before, value))
        reduced.update(after)
        out.collect(after === before ? copy(after) : after)
      }
      row++
    }
    return row
  }

  /** Keeps what is left of the records from row `from` on. */
  protected gather({values, rowCount}: ObjectBatch, from: number): number {
    const {keys, reduced, reduce, begin} = this
    keys.begin(values, rowCount)
    for (let row = from; row < rowCount; row++) {
      this.row = row
      const value = values[row] as T
      keys.setCurrentKey(row)
      const before = reduced.value()
      if (before === undefined) this.beginKey()
      reduced.update(before === undefined ? begin(value) : returned(reduce(before, value)))
    }
    return rowCount
  }

  /** The first record of a key counts when its result leaves. */
  private beginKey(): void {
    this.recordsIn -= 1
    this.timers.registerEventTimeTimer(VOID_NAMESPACE, MAX_TIMESTAMP_MS)
  }
}

/** A function that changes its argument and forgets to return it would start anew with each record. */
function returned<T>(reduced: T): T {
  if (reduced === undefined || reduced === null)
    throw new TypeError(`reduce returned ${reduced}, expected the combined record`)
  return reduced
}
