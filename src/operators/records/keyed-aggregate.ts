import type {ObjectBatch} from '../../columns/index.js'
import {MAX_TIMESTAMP_MS, MIN_TIMESTAMP_MS} from '../../core/index.js'
import {
  type AggregateFunction,
  type InternalTimer,
  type ValueState,
  ValueStateDescriptor,
  VOID_NAMESPACE,
  type VoidNamespace,
} from '../../state/index.js'
import type {KeySelector, RichFunction} from '../functions/index.js'
import type {StateGrowth} from '../state-growth.js'
import type {EmitMode} from './emit-mode.js'
import {KeyedRecordOperator} from './keyed-record-operator.js'
import {KeysAhead} from './keys-ahead.js'
import {shallowCopy} from './shallow-copy.js'
import {toKeySelector} from './to-key-selector.js'

export interface KeyedAggregateOptions<K, IN, ACC, RESULT, OUT> {
  readonly keySelector: KeySelector<IN, K>
  readonly aggregate: AggregateFunction<IN, ACC, RESULT> & RichFunction
  /** Makes the output record. Default: the result itself. */
  readonly toRecord?: (key: K, result: RESULT) => OUT
  /** Default: `updates`. */
  readonly emit?: EmitMode
}

/** Rolling aggregate of a keyed stream: for each record, the result over all records of its key up to there; see KeyedReduceOperator. */
export class KeyedAggregateOperator<
  K = unknown,
  IN = unknown,
  ACC = unknown,
  RESULT = unknown,
  OUT = RESULT,
> extends KeyedRecordOperator {
  private readonly selectKey: (value: IN) => K
  private keys!: KeysAhead<K, IN>
  private readonly aggregate: AggregateFunction<IN, ACC, RESULT>
  private readonly toRecord: ((key: K, result: RESULT) => OUT) | undefined
  private readonly isFinal: boolean
  private accumulator!: ValueState<ACC>

  constructor({keySelector, aggregate, toRecord, emit}: KeyedAggregateOptions<K, IN, ACC, RESULT, OUT>) {
    super(aggregate)
    this.selectKey = toKeySelector(keySelector)
    this.aggregate = aggregate
    this.toRecord = toRecord
    this.isFinal = emit === 'final'
  }

  override stateGrowth(): readonly StateGrowth[] {
    return [{what: 'the result of each key', growsWith: 'keys'}]
  }

  protected override opened(): void {
    this.keys = new KeysAhead(this.selectKey, this.state)
    this.accumulator = this.state.getState(VOID_NAMESPACE, new ValueStateDescriptor<ACC>('aggregate'))
  }

  protected processRows({values, timestamps, rowCount}: ObjectBatch): number {
    const {keys, out, isFinal} = this
    let row = 0
    keys.begin(values, rowCount)
    while (row < rowCount && !out.isBlocked) {
      this.row = row
      const value = values[row] as IN
      const key = keys.setCurrentKey(row)
      const accumulator = this.add(value)
      if (!isFinal) {
        out.timestampMs = timestamps === undefined ? MIN_TIMESTAMP_MS : timestamps[row]
        this.emit(key, accumulator)
      }
      row++
    }
    return row
  }

  protected onTimer({key, timestampMs}: InternalTimer<VoidNamespace>): void {
    this.recordsIn += 1
    this.out.timestampMs = timestampMs
    this.emit(key as K, this.accumulator.value() as ACC)
  }

  protected override get missing() {
    return 'recordsCombined' as const
  }

  private add(value: IN): ACC {
    const {aggregate, accumulator} = this
    let before = accumulator.value()
    if (before === undefined) {
      before = aggregate.createAccumulator()
      if (this.isFinal) this.beginKey()
    }
    const after = aggregate.add(value, before)
    if (after === undefined || after === null) throw new TypeError(`add returned ${after}, expected the accumulator`)
    accumulator.update(after)
    return after
  }

  /** The first record of a key counts when its result leaves. */
  private beginKey(): void {
    this.recordsIn -= 1
    this.timers.registerEventTimeTimer(VOID_NAMESPACE, MAX_TIMESTAMP_MS)
  }

  private emit(key: K, accumulator: ACC): void {
    const result = this.aggregate.getResult(accumulator)
    const own = (result as unknown) === accumulator ? shallowCopy(result) : result
    this.out.collect(this.toRecord === undefined ? own : this.toRecord(key, own))
  }
}
