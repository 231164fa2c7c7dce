import type {Duration} from '../core/index.js'
import {IntervalJoinOperator, type OutputTag, type ProcessJoinFunctionLike} from '../operators/index.js'
import type {KeyedStream} from './keyed-stream.js'
import {requireFunction} from './require-function.js'
import type {SingleOutputStreamOperator} from './single-output-stream-operator.js'
import type {Rec} from './stream-types.js'

/** `left.intervalJoin(right)`, before it is said how far apart the elements of a pair may be. */
export class IntervalJoin<L, R, K> {
  /** @internal */
  constructor(
    private readonly left: KeyedStream<L, K>,
    private readonly right: KeyedStream<R, K>,
  ) {}

  /** `left.timestamp + lower ≤ right.timestamp ≤ left.timestamp + upper`; bounds may be below 0: `between('-5s', '5s')`. */
  between(lower: Duration, upper: Duration): IntervalJoined<L, R, K> {
    return new IntervalJoined(this.left, this.right, {lowerBound: lower, upperBound: upper})
  }
}

interface Bounds<L, R> {
  readonly lowerBound: Duration
  readonly upperBound: Duration
  readonly lowerBoundExclusive?: boolean
  readonly upperBoundExclusive?: boolean
  readonly leftLateOutputTag?: OutputTag<L>
  readonly rightLateOutputTag?: OutputTag<R>
}

/** All pairs of one key whose event times are as close as said. */
export class IntervalJoined<L, R, K> {
  /** @internal */
  constructor(
    private readonly left: KeyedStream<L, K>,
    private readonly right: KeyedStream<R, K>,
    private readonly bounds: Bounds<L, R>,
  ) {}

  /** `<` in place of `≤` at the lower end. */
  lowerBoundExclusive(): IntervalJoined<L, R, K> {
    return this.with({lowerBoundExclusive: true})
  }

  /** `<` in place of `≤` at the upper end. */
  upperBoundExclusive(): IntervalJoined<L, R, K> {
    return this.with({upperBoundExclusive: true})
  }

  /** Where elements of the left stream go that come after the watermark. Default: they are dropped and counted. */
  sideOutputLeftLateData(tag: OutputTag<L>): IntervalJoined<L, R, K> {
    return this.with({leftLateOutputTag: tag})
  }

  sideOutputRightLateData(tag: OutputTag<R>): IntervalJoined<L, R, K> {
    return this.with({rightLateOutputTag: tag})
  }

  /** Called with each pair. */
  process<OUT extends Rec>(process: ProcessJoinFunctionLike<L, R, OUT>): SingleOutputStreamOperator<OUT> {
    requireFunction('process', process, 'processElement')
    const {left, right, bounds} = this
    const options = {...bounds, leftKeySelector: left.selectKey, rightKeySelector: right.selectKey, process}
    return left.keyedOperator('Interval Join', () => new IntervalJoinOperator<L, R, K, OUT>(options), right)
  }

  private with(more: Partial<Bounds<L, R>>): IntervalJoined<L, R, K> {
    return new IntervalJoined(this.left, this.right, {...this.bounds, ...more})
  }
}
