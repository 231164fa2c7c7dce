import type {ObjectBatch} from '../../columns/index.js'
import {MIN_TIMESTAMP_MS} from '../../core/index.js'
import type {InternalTimer, VoidNamespace} from '../../state/index.js'
import type {KeyedCoProcessFunctionLike, KeySelector, TimeDomain} from '../functions/index.js'
import {refuseAsync} from './function-life.js'
import {KeyedRecordOperator} from './keyed-record-operator.js'
import {KeyedTimerService} from './keyed-timer-service.js'
import {RecordContext} from './record-context.js'
import {toKeySelector} from './to-key-selector.js'

/** A process function over two connected keyed streams, with state and timers that both share. */
export class KeyedCoProcessOperator<
  K = unknown,
  IN1 = unknown,
  IN2 = unknown,
  OUT = unknown,
> extends KeyedRecordOperator {
  protected record!: RecordContext<K, OUT>
  private readonly selectKey1: (value: IN1) => K
  private readonly selectKey2: (value: IN2) => K

  constructor(
    keySelectors: readonly [KeySelector<IN1, K>, KeySelector<IN2, K>],
    private readonly coProcess: KeyedCoProcessFunctionLike<K, IN1, IN2, OUT>,
  ) {
    super(coProcess, 2)
    this.selectKey1 = toKeySelector(keySelectors[0])
    this.selectKey2 = toKeySelector(keySelectors[1])
    refuseAsync('processElement1', coProcess.processElement1)
    refuseAsync('processElement2', coProcess.processElement2)
  }

  protected override opened(): void {
    this.record = new RecordContext(this.out, this.life, new KeyedTimerService(this.timers), this.state)
  }

  protected processRows({values, timestamps, rowCount}: ObjectBatch, inputIndex: number): number {
    const {coProcess, selectKey1, selectKey2, state, out, record} = this
    let row = 0
    while (row < rowCount && !out.isBlocked) {
      this.row = row
      const value = values[row]
      state.setCurrentKey(inputIndex === 0 ? selectKey1(value as IN1) : selectKey2(value as IN2))
      const timestampMs = timestamps === undefined ? MIN_TIMESTAMP_MS : timestamps[row]
      out.timestampMs = timestampMs
      record.timestampMs = timestampMs
      if (inputIndex === 0) coProcess.processElement1(value as IN1, record, record)
      else coProcess.processElement2(value as IN2, record, record)
      row++
    }
    return row
  }

  protected onTimer({timestampMs}: InternalTimer<VoidNamespace>, domain: TimeDomain): void {
    this.record.beginTimer(timestampMs, domain)
    this.coProcess.onTimer?.(timestampMs, this.record, this.record)
  }
}
