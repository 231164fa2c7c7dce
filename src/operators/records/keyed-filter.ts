import type {FilterFunction, KeySelector} from '../functions/index.js'
import {asProcessFunction} from './as-process-function.js'
import {refuseAsync} from './function-life.js'
import {KeyedProcessOperator} from './keyed-process.js'

/** A filter on a keyed stream, whose function may have state. */
export class KeyedFilterOperator<K = unknown, T = unknown> extends KeyedProcessOperator<K, T, T> {
  constructor(keySelector: KeySelector<T, K>, userFunction: FilterFunction<T>) {
    const filter = typeof userFunction === 'function' ? userFunction : (value: T): unknown => userFunction.filter(value)
    refuseAsync('filter', typeof userFunction === 'function' ? userFunction : userFunction.filter)
    super(
      keySelector,
      asProcessFunction(userFunction, (value, _ctx, out) => {
        if (filter(value)) out.collect(value)
      }),
    )
  }
}
