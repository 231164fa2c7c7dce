import type {KeySelector, MapFunction} from '../functions/index.js'
import {asProcessFunction} from './as-process-function.js'
import {refuseAsync} from './function-life.js'
import {KeyedProcessOperator} from './keyed-process.js'

/** A map on a keyed stream, whose function may have state. */
export class KeyedMapOperator<K = unknown, IN = unknown, OUT = unknown> extends KeyedProcessOperator<K, IN, OUT> {
  constructor(keySelector: KeySelector<IN, K>, userFunction: MapFunction<IN, OUT>) {
    const map = typeof userFunction === 'function' ? userFunction : (value: IN): OUT => userFunction.map(value)
    refuseAsync('map', typeof userFunction === 'function' ? userFunction : userFunction.map)
    super(
      keySelector,
      asProcessFunction(userFunction, (value, _ctx, out) => out.collect(map(value))),
    )
  }
}
