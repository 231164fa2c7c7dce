import type {ObjectBatch} from '../../columns/index.js'
import {MIN_TIMESTAMP_MS} from '../../core/index.js'
import type {InternalTimer, VoidNamespace} from '../../state/index.js'
import type {
  Collector,
  KeyedProcessContext,
  KeyedProcessFunctionLike,
  KeySelector,
  OnTimerContext,
  TimeDomain,
} from '../functions/index.js'
import {refuseAsync} from './function-life.js'
import {KeyedRecordOperator} from './keyed-record-operator.js'
import {KeyedTimerService} from './keyed-timer-service.js'
import {KeysAhead} from './keys-ahead.js'
import {RecordContext} from './record-context.js'
import {toKeySelector} from './to-key-selector.js'

/** A process function on a keyed stream, with state and timers. */
export class KeyedProcessOperator<K = unknown, IN = unknown, OUT = unknown> extends KeyedRecordOperator {
  protected record!: RecordContext<K, OUT>
  private readonly selectKey: (value: IN) => K
  private keys!: KeysAhead<K, IN>
  private readonly process: (value: IN, ctx: KeyedProcessContext<K>, out: Collector<OUT>) => void
  private readonly timer: (timestampMs: number, ctx: OnTimerContext<K>, out: Collector<OUT>) => void

  constructor(keySelector: KeySelector<IN, K>, userFunction: KeyedProcessFunctionLike<K, IN, OUT>) {
    super(userFunction)
    this.selectKey = toKeySelector(keySelector)
    if (typeof userFunction === 'function') {
      this.process = userFunction
      this.timer = () => {}
    } else {
      this.process = (value, ctx, out) => userFunction.processElement(value, ctx, out)
      this.timer = (timestampMs, ctx, out) => userFunction.onTimer?.(timestampMs, ctx, out)
    }
    refuseAsync('process', typeof userFunction === 'function' ? userFunction : userFunction.processElement)
  }

  protected override opened(): void {
    this.keys = new KeysAhead(this.selectKey, this.state)
    this.record = new RecordContext(this.out, this.life, new KeyedTimerService(this.timers), this.state)
  }

  protected processRows({values, timestamps, rowCount}: ObjectBatch): number {
    const {process, keys, out, record} = this
    let row = 0
    keys.begin(values, rowCount)
    while (row < rowCount && !out.isBlocked) {
      this.row = row
      const value = values[row] as IN
      keys.setCurrentKey(row)
      const timestampMs = timestamps === undefined ? MIN_TIMESTAMP_MS : timestamps[row]
      out.timestampMs = timestampMs
      record.timestampMs = timestampMs
      process(value, record, record)
      row++
    }
    return row
  }

  protected onTimer({timestampMs}: InternalTimer<VoidNamespace>, domain: TimeDomain): void {
    this.record.beginTimer(timestampMs, domain)
    this.timer(timestampMs, this.record, this.record)
  }
}
