import {positiveCount} from '../positive-count.js'
import {OneTimeEvictor} from './one-time-evictor.js'
import type {TimestampedValue} from './timestamped-value.js'

/** Keeps the last `maxCount` elements. */
export class CountEvictor extends OneTimeEvictor {
  private constructor(
    readonly maxCount: number,
    doEvictAfter: boolean,
  ) {
    super(doEvictAfter)
  }

  static of(maxCount: number, doEvictAfter = false): CountEvictor {
    return new CountEvictor(positiveCount(maxCount, 'CountEvictor'), doEvictAfter)
  }

  protected evict(elements: TimestampedValue<unknown>[]): void {
    if (elements.length > this.maxCount) elements.splice(0, elements.length - this.maxCount)
  }
}
