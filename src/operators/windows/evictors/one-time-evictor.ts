import {Evictor} from './evictor.js'
import type {TimestampedValue} from './timestamped-value.js'

/** An evictor that works either before or after the window function. */
export abstract class OneTimeEvictor<T = unknown> extends Evictor<T> {
  constructor(readonly doEvictAfter: boolean) {
    super()
  }

  evictBefore(elements: TimestampedValue<T>[]): void {
    if (!this.doEvictAfter && elements.length > 0) this.evict(elements)
  }

  evictAfter(elements: TimestampedValue<T>[]): void {
    if (this.doEvictAfter && elements.length > 0) this.evict(elements)
  }

  /** `elements` is not empty. */
  protected abstract evict(elements: TimestampedValue<T>[]): void
}
