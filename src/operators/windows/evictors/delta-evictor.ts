import {checkThreshold, type DeltaFunction, toDelta} from '../delta-function.js'
import {keepWhere} from './keep-where.js'
import {OneTimeEvictor} from './one-time-evictor.js'
import type {TimestampedValue} from './timestamped-value.js'

/** Keeps the elements that are less than `threshold` from the last. */
export class DeltaEvictor<T = unknown> extends OneTimeEvictor<T> {
  private constructor(
    readonly threshold: number,
    private readonly delta: (element: T, last: T) => number,
    doEvictAfter: boolean,
  ) {
    super(doEvictAfter)
  }

  static of<T>(threshold: number, deltaFunction: DeltaFunction<T>, doEvictAfter = false): DeltaEvictor<T> {
    return new DeltaEvictor(checkThreshold(threshold, 'DeltaEvictor'), toDelta(deltaFunction), doEvictAfter)
  }

  protected evict(elements: TimestampedValue<T>[]): void {
    const last = elements[elements.length - 1].value
    keepWhere(elements, ({value}) => !(this.delta(value, last) >= this.threshold))
  }
}
