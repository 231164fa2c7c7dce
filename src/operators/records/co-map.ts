import type {ObjectBatch} from '../../columns/index.js'
import type {CoMapFunction} from '../functions/index.js'
import {refuseAsync} from './function-life.js'
import {objectBatch} from './object-batch.js'
import {RecordOperator} from './record-operator.js'

/** One result for each record of either input; timestamps stay. */
export class CoMapOperator<IN1 = unknown, IN2 = unknown, OUT = unknown> extends RecordOperator {
  constructor(private readonly coMap: CoMapFunction<IN1, IN2, OUT>) {
    super(coMap, 2)
    refuseAsync('map1', coMap.map1)
    refuseAsync('map2', coMap.map2)
  }

  protected processRows({values, timestamps, rowCount}: ObjectBatch, inputIndex: number): number {
    const {coMap} = this
    const results: OUT[] = new Array(rowCount)
    for (let row = 0; row < rowCount; row++) {
      this.row = row
      results[row] = inputIndex === 0 ? coMap.map1(values[row] as IN1) : coMap.map2(values[row] as IN2)
    }
    this.out.emitBatch(objectBatch(results, timestamps))
    return rowCount
  }
}
