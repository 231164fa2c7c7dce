import type {ObjectBatch} from '../../columns/index.js'
import {MIN_TIMESTAMP_MS} from '../../core/index.js'
import type {CoFlatMapFunction, Collector} from '../functions/index.js'
import {refuseAsync} from './function-life.js'
import {RecordOperator} from './record-operator.js'
import {ReturnedValues} from './returned-values.js'

/** Any number of results for each record of either input, with its timestamp. */
export class CoFlatMapOperator<IN1 = unknown, IN2 = unknown, OUT = unknown> extends RecordOperator {
  private readonly returned = new ReturnedValues('flatMap1 or flatMap2')

  constructor(private readonly coFlatMap: CoFlatMapFunction<IN1, IN2, OUT>) {
    super(coFlatMap, 2)
    refuseAsync('flatMap1', coFlatMap.flatMap1)
    refuseAsync('flatMap2', coFlatMap.flatMap2)
  }

  protected processRows({values, timestamps, rowCount}: ObjectBatch, inputIndex: number): number {
    const {coFlatMap, out, returned} = this
    const collector = out as Collector<OUT>
    let row = 0
    while (row < rowCount && !out.isBlocked) {
      this.row = row
      out.timestampMs = timestamps === undefined ? MIN_TIMESTAMP_MS : timestamps[row]
      const value = values[row]
      const results =
        inputIndex === 0 ? coFlatMap.flatMap1(value as IN1, collector) : coFlatMap.flatMap2(value as IN2, collector)
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
