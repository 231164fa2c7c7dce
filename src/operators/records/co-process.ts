import type {ObjectBatch} from '../../columns/index.js'
import {MIN_TIMESTAMP_MS} from '../../core/index.js'
import type {Collector, CoProcessFunctionLike} from '../functions/index.js'
import {refuseAsync} from './function-life.js'
import {RecordContext} from './record-context.js'
import {RecordOperator} from './record-operator.js'
import {UnkeyedTimerService} from './unkeyed-timer-service.js'

/** A process function over two connected streams without keys. */
export class CoProcessOperator<IN1 = unknown, IN2 = unknown, OUT = unknown> extends RecordOperator {
  private record!: RecordContext

  constructor(private readonly coProcess: CoProcessFunctionLike<IN1, IN2, OUT>) {
    super(coProcess, 2)
    refuseAsync('processElement1', coProcess.processElement1)
    refuseAsync('processElement2', coProcess.processElement2)
  }

  protected override opened(): void {
    this.record = new RecordContext(this.out, this.life, new UnkeyedTimerService(this.context, this.time), undefined)
  }

  protected processRows({values, timestamps, rowCount}: ObjectBatch, inputIndex: number): number {
    const {coProcess, out, record} = this
    const collector = record as Collector<OUT>
    let row = 0
    while (row < rowCount && !out.isBlocked) {
      this.row = row
      const timestampMs = timestamps === undefined ? MIN_TIMESTAMP_MS : timestamps[row]
      out.timestampMs = timestampMs
      record.timestampMs = timestampMs
      if (inputIndex === 0) coProcess.processElement1(values[row] as IN1, record, collector)
      else coProcess.processElement2(values[row] as IN2, record, collector)
      row++
    }
    return row
  }
}
