import type {Duration} from '../../../core/index.js'
import {positiveMs} from '../durations.js'
import {keepWhere} from './keep-where.js'
import {OneTimeEvictor} from './one-time-evictor.js'
import type {TimestampedValue} from './timestamped-value.js'

/** Keeps the elements that are less than `size` older than the newest. Without timestamps it keeps all. */
export class TimeEvictor extends OneTimeEvictor {
  private constructor(
    readonly sizeMs: number,
    doEvictAfter: boolean,
  ) {
    super(doEvictAfter)
  }

  static of(size: Duration, doEvictAfter = false): TimeEvictor {
    return new TimeEvictor(positiveMs(size, 'the size of TimeEvictor'), doEvictAfter)
  }

  protected evict(elements: TimestampedValue<unknown>[]): void {
    if (elements[0].timestampMs === undefined) return
    let newest = Number.NEGATIVE_INFINITY
    for (const {timestampMs} of elements) if (timestampMs !== undefined && timestampMs > newest) newest = timestampMs
    const cutoff = newest - this.sizeMs
    keepWhere(elements, ({timestampMs}) => timestampMs !== undefined && timestampMs > cutoff)
  }
}
