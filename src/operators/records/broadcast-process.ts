import type {ObjectBatch} from '../../columns/index.js'
import {MIN_TIMESTAMP_MS, type OperatorListState} from '../../core/index.js'
import {HeapOperatorStateStore} from '../../state/index.js'
import type {BroadcastProcessFunctionLike, Collector} from '../functions/index.js'
import {BroadcastRecordContext} from './broadcast-record-context.js'
import {refuseAsync} from './function-life.js'
import {operatorLists} from './function-state.js'
import {RecordOperator} from './record-operator.js'
import {UnkeyedTimerService} from './unkeyed-timer-service.js'

/** A broadcast process function on a stream without keys; input 0 is that stream, input 1 the broadcast one. */
export class BroadcastProcessOperator<IN1 = unknown, IN2 = unknown, OUT = unknown> extends RecordOperator {
  private record!: BroadcastRecordContext
  private readonly store = new HeapOperatorStateStore()

  constructor(private readonly broadcast: BroadcastProcessFunctionLike<IN1, IN2, OUT>) {
    super(broadcast, 2)
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
      timers: new UnkeyedTimerService(this.context, this.time),
      state: undefined,
      broadcastState: this.store,
    })
  }

  protected processRows({values, timestamps, rowCount}: ObjectBatch, inputIndex: number): number {
    const {broadcast, out, record} = this
    const collector = record as Collector<OUT>
    record.isBroadcast = inputIndex === 1
    let row = 0
    while (row < rowCount && !out.isBlocked) {
      this.row = row
      const timestampMs = timestamps === undefined ? MIN_TIMESTAMP_MS : timestamps[row]
      out.timestampMs = timestampMs
      record.timestampMs = timestampMs
      if (inputIndex === 0) broadcast.processElement(values[row] as IN1, record, collector)
      else broadcast.processBroadcastElement(values[row] as IN2, record, collector)
      row++
    }
    return row
  }
}
