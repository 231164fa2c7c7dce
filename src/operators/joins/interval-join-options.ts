import type {Duration} from '../../core/index.js'
import type {KeySelector, OutputTag} from '../functions/index.js'
import type {ProcessJoinFunctionLike} from './process-join-function.js'

/**
 * `left.intervalJoin(right).between(lower, upper)`: all pairs of one key with
 *
 *   left.timestamp + lower ≤ right.timestamp ≤ left.timestamp + upper
 *
 * Units    Bounds are durations that may be below 0: `'-5s'`, -5000.
 */
export interface IntervalJoinOptions<L = unknown, R = unknown, K = unknown, OUT = unknown> {
  readonly leftKeySelector: KeySelector<L, K>
  readonly rightKeySelector: KeySelector<R, K>
  readonly lowerBound: Duration
  readonly upperBound: Duration
  /** `<` in place of `≤`. Default: false. */
  readonly lowerBoundExclusive?: boolean | undefined
  readonly upperBoundExclusive?: boolean | undefined
  /** Where elements go that come after the watermark has passed them; without it they are dropped and counted. */
  readonly leftLateOutputTag?: OutputTag<L> | undefined
  readonly rightLateOutputTag?: OutputTag<R> | undefined
  readonly process: ProcessJoinFunctionLike<L, R, OUT>
}
