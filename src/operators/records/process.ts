import type {ObjectBatch} from '../../columns/index.js'
import {MIN_TIMESTAMP_MS} from '../../core/index.js'
import type {Collector, ProcessContext, ProcessFunctionLike} from '../functions/index.js'
import {refuseAsync} from './function-life.js'
import {RecordContext} from './record-context.js'
import {RecordOperator} from './record-operator.js'
import {UnkeyedTimerService} from './unkeyed-timer-service.js'

/** A process function on a stream without keys. */
export class ProcessOperator<IN = unknown, OUT = unknown> extends RecordOperator {
  private readonly process: (value: IN, ctx: ProcessContext, out: Collector<OUT>) => void
  private record!: RecordContext

  constructor(userFunction: ProcessFunctionLike<IN, OUT>) {
    super(userFunction)
    this.process =
      typeof userFunction === 'function'
        ? userFunction
        : (value, ctx, out) => userFunction.processElement(value, ctx, out)
    refuseAsync('process', typeof userFunction === 'function' ? userFunction : userFunction.processElement)
  }

  protected override opened(): void {
    this.record = new RecordContext(this.out, this.life, new UnkeyedTimerService(this.context, this.time), undefined)
  }

  protected processRows({values, timestamps, rowCount}: ObjectBatch): number {
    const {process, out, record} = this
    let row = 0
    while (row < rowCount && !out.isBlocked) {
      this.row = row
      const timestampMs = timestamps === undefined ? MIN_TIMESTAMP_MS : timestamps[row]
      out.timestampMs = timestampMs
      record.timestampMs = timestampMs
      process(values[row] as IN, record, record as Collector<OUT>)
      row++
    }
    return row
  }
}
