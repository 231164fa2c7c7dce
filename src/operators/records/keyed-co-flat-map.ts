import type {CoFlatMapFunction, KeySelector} from '../functions/index.js'
import {lifeOf} from './as-process-function.js'
import {refuseAsync} from './function-life.js'
import {KeyedCoProcessOperator} from './keyed-co-process.js'
import {ReturnedValues} from './returned-values.js'

/** A co-flatMap on two keyed streams, whose function may have state. */
export class KeyedCoFlatMapOperator<
  K = unknown,
  IN1 = unknown,
  IN2 = unknown,
  OUT = unknown,
> extends KeyedCoProcessOperator<K, IN1, IN2, OUT> {
  private readonly returned: ReturnedValues

  constructor(
    keySelectors: readonly [KeySelector<IN1, K>, KeySelector<IN2, K>],
    coFlatMap: CoFlatMapFunction<IN1, IN2, OUT>,
  ) {
    refuseAsync('flatMap1', coFlatMap.flatMap1)
    refuseAsync('flatMap2', coFlatMap.flatMap2)
    const returned = new ReturnedValues('flatMap1 or flatMap2')
    const take = (results: unknown) => {
      if (results !== undefined) returned.collectInto(this.record, results)
    }
    super(keySelectors, {
      ...lifeOf(coFlatMap),
      processElement1: (value, _ctx, out) => take(coFlatMap.flatMap1(value, out)),
      processElement2: (value, _ctx, out) => take(coFlatMap.flatMap2(value, out)),
    })
    this.returned = returned
  }

  protected override continueRecord(): boolean {
    return this.returned.continueInto(this.record)
  }

  protected override closeParts(): void {
    super.closeParts()
    this.returned.close()
  }
}
