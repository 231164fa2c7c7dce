import type {CoMapFunction, KeySelector} from '../functions/index.js'
import {lifeOf} from './as-process-function.js'
import {refuseAsync} from './function-life.js'
import {KeyedCoProcessOperator} from './keyed-co-process.js'

/** A co-map on two keyed streams, whose function may have state. */
export class KeyedCoMapOperator<
  K = unknown,
  IN1 = unknown,
  IN2 = unknown,
  OUT = unknown,
> extends KeyedCoProcessOperator<K, IN1, IN2, OUT> {
  constructor(keySelectors: readonly [KeySelector<IN1, K>, KeySelector<IN2, K>], coMap: CoMapFunction<IN1, IN2, OUT>) {
    refuseAsync('map1', coMap.map1)
    refuseAsync('map2', coMap.map2)
    super(keySelectors, {
      ...lifeOf(coMap),
      processElement1: (value, _ctx, out) => out.collect(coMap.map1(value)),
      processElement2: (value, _ctx, out) => out.collect(coMap.map2(value)),
    })
  }
}
