import type {Collector, FlatMapFunction, KeySelector, Returned} from '../functions/index.js'
import {asProcessFunction} from './as-process-function.js'
import {refuseAsync} from './function-life.js'
import {KeyedProcessOperator} from './keyed-process.js'
import {ReturnedValues} from './returned-values.js'

/** A flatMap on a keyed stream, whose function may have state. */
export class KeyedFlatMapOperator<K = unknown, IN = unknown, OUT = unknown> extends KeyedProcessOperator<K, IN, OUT> {
  private readonly returned: ReturnedValues

  constructor(keySelector: KeySelector<IN, K>, userFunction: FlatMapFunction<IN, OUT>) {
    const returned = new ReturnedValues('flatMap')
    const flatMap =
      typeof userFunction === 'function'
        ? userFunction
        : (value: IN, out: Collector<OUT>): Returned<OUT> => userFunction.flatMap(value, out)
    refuseAsync('flatMap', typeof userFunction === 'function' ? userFunction : userFunction.flatMap)
    super(
      keySelector,
      asProcessFunction(userFunction, (value, _ctx, out) => {
        const results = flatMap(value, out)
        if (results !== undefined) returned.collectInto(this.record, results)
      }),
    )
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
