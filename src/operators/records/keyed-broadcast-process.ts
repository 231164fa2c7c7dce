import type {ObjectBatch} from '../../columns/index.js'
import {MIN_TIMESTAMP_MS, type OperatorListState} from '../../core/index.js'
import {HeapOperatorStateStore, type InternalTimer, type VoidNamespace} from '../../state/index.js'
import type {KeyedBroadcastProcessFunctionLike, KeySelector, TimeDomain} from '../functions/index.js'
import {BroadcastRecordContext} from './broadcast-record-context.js'
import {refuseAsync} from './function-life.js'
import {operatorLists} from './function-state.js'
import {KeyedRecordOperator} from './keyed-record-operator.js'
import {KeyedTimerService} from './keyed-timer-service.js'
import {toKeySelector} from './to-key-selector.js'

/** Broadcast records have no key: state and timers of one are refused. */
const NO_KEY = {key: undefined, mapKey: undefined, keyGroup: -1}

/** A broadcast process function on a keyed stream; input 0 is that stream, input 1 the broadcast one. */
export class KeyedBroadcastProcessOperator<
  K = unknown,
  IN1 = unknown,
  IN2 = unknown,
  OUT = unknown,
> extends KeyedRecordOperator {
  private record!: BroadcastRecordContext<K, OUT>
  private readonly store = new HeapOperatorStateStore()
  private readonly selectKey: (value: IN1) => K

  constructor(
    keySelector: KeySelector<IN1, K>,
    private readonly broadcast: KeyedBroadcastProcessFunctionLike<K, IN1, IN2, OUT>,
  ) {
    super(broadcast, 2)
    this.selectKey = toKeySelector(keySelector)
    refuseAsync('processElement', broadcast.processElement)
    refuseAsync('processBroadcastElement', broadcast.processBroadcastElement)
  }

  protected override ownLists(): readonly OperatorListState[] {
    return this.store.snapshot()
  }

  protected override opened(): void {
    this.store.restore(operatorLists(this.context.restored?.lists ?? []))
    this.record = new BroadcastRecordContext({
      out: this.out,
      life: this.life,
      timers: new KeyedTimerService(this.timers),
      state: this.state,
      broadcastState: this.store,
    })
  }

  protected processRows(batch: ObjectBatch, inputIndex: number): number {
    this.record.isBroadcast = inputIndex === 1
    return inputIndex === 0 ? this.processKeyed(batch) : this.processBroadcast(batch)
  }

  protected onTimer({timestampMs}: InternalTimer<VoidNamespace>, domain: TimeDomain): void {
    this.record.isBroadcast = false
    this.record.beginTimer(timestampMs, domain)
    this.broadcast.onTimer?.(timestampMs, this.record, this.record)
  }

  private processKeyed({values, timestamps, rowCount}: ObjectBatch): number {
    const {broadcast, selectKey, state, out, record} = this
    let row = 0
    while (row < rowCount && !out.isBlocked) {
      this.row = row
      const value = values[row] as IN1
      state.setCurrentKey(selectKey(value))
      const timestampMs = timestamps === undefined ? MIN_TIMESTAMP_MS : timestamps[row]
      out.timestampMs = timestampMs
      record.timestampMs = timestampMs
      broadcast.processElement(value, record, record)
      row++
    }
    return row
  }

  private processBroadcast({values, timestamps, rowCount}: ObjectBatch): number {
    const {broadcast, out, record, state} = this
    state.resume(NO_KEY)
    let row = 0
    while (row < rowCount && !out.isBlocked) {
      this.row = row
      const timestampMs = timestamps === undefined ? MIN_TIMESTAMP_MS : timestamps[row]
      out.timestampMs = timestampMs
      record.timestampMs = timestampMs
      broadcast.processBroadcastElement(values[row] as IN2, record, record)
      row++
    }
    return row
  }
}
