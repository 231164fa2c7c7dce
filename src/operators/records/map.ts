import type {ObjectBatch} from '../../columns/index.js'
import type {MapFunction} from '../functions/index.js'
import {refuseAsync} from './function-life.js'
import {objectBatch} from './object-batch.js'
import {RecordOperator} from './record-operator.js'

/** One result for each record; timestamps stay. */
export class MapOperator<IN = unknown, OUT = unknown> extends RecordOperator {
  private readonly map: (value: IN) => OUT

  constructor(userFunction: MapFunction<IN, OUT>) {
    super(userFunction)
    this.map = typeof userFunction === 'function' ? userFunction : (value) => userFunction.map(value)
    refuseAsync('map', typeof userFunction === 'function' ? userFunction : userFunction.map)
  }

  protected processRows({values, timestamps, rowCount}: ObjectBatch): number {
    const {map} = this
    const results: OUT[] = new Array(rowCount)
    for (let row = 0; row < rowCount; row++) {
      this.row = row
      results[row] = map(values[row] as IN)
    }
    this.out.emitBatch(objectBatch(results, timestamps))
    return rowCount
  }
}
