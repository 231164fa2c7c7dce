import type {ObjectBatch} from '../../columns/index.js'
import {MIN_TIMESTAMP_MS} from '../../core/index.js'
import type {Collector, FlatMapFunction, Returned} from '../functions/index.js'
import {refuseAsync} from './function-life.js'
import {RecordOperator} from './record-operator.js'
import {ReturnedValues} from './returned-values.js'

/** Any number of results for each record, with its timestamp. A generator waits where there is no room. */
export class FlatMapOperator<IN = unknown, OUT = unknown> extends RecordOperator {
  private readonly flatMap: (value: IN, out: Collector<OUT>) => Returned<OUT>
  private readonly returned = new ReturnedValues('flatMap')

  constructor(userFunction: FlatMapFunction<IN, OUT>) {
    super(userFunction)
    this.flatMap = typeof userFunction === 'function' ? userFunction : (value, out) => userFunction.flatMap(value, out)
    refuseAsync('flatMap', typeof userFunction === 'function' ? userFunction : userFunction.flatMap)
  }

  protected processRows({values, timestamps, rowCount}: ObjectBatch): number {
    const {flatMap, out, returned} = this
    let row = 0
    while (row < rowCount && !out.isBlocked) {
      this.row = row
      out.timestampMs = timestamps === undefined ? MIN_TIMESTAMP_MS : timestamps[row]
      const results = flatMap(values[row] as IN, out as Collector<OUT>)
      if (results !== undefined) returned.collectInto(out, results)
      row++
    }
    return row
  }

  protected override continueRecord(): boolean {
    return this.returned.continueInto(this.out)
  }

  protected override closeParts(): void {
    this.returned.close()
  }
}
