import type {ObjectBatch} from '../../columns/index.js'
import {MIN_TIMESTAMP_MS} from '../../core/index.js'
import type {FilterFunction} from '../functions/index.js'
import {type FieldPredicate, predicateOf} from '../predicates/index.js'
import {refuseAsync} from './function-life.js'
import {RecordOperator} from './record-operator.js'

/** The records for which the function answers true; timestamps stay. */
export class FilterOperator<T = unknown> extends RecordOperator {
  readonly filter: (value: T) => unknown
  /** What the function asks, where that can be read from its text. */
  readonly predicate: FieldPredicate | undefined

  constructor(userFunction: FilterFunction<T>) {
    super(userFunction)
    this.filter = typeof userFunction === 'function' ? userFunction : (value) => userFunction.filter(value)
    this.predicate = predicateOf(userFunction)
    refuseAsync('filter', typeof userFunction === 'function' ? userFunction : userFunction.filter)
  }

  protected processRows({values, timestamps, rowCount}: ObjectBatch): number {
    const {filter, out} = this
    let row = 0
    while (row < rowCount && !out.isBlocked) {
      this.row = row
      const value = values[row] as T
      if (filter(value)) {
        out.timestampMs = timestamps === undefined ? MIN_TIMESTAMP_MS : timestamps[row]
        out.collect(value)
      }
      row++
    }
    return row
  }
}
