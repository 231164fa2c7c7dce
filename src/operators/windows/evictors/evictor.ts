import type {Window} from '../window.js'
import type {TimestampedValue} from './timestamped-value.js'

export interface EvictorContext {
  getCurrentProcessingTime(): number
  getCurrentWatermark(): number
}

/**
 * Removes elements from a window that fires, before or after the window function sees them: it takes them out of the array it is
 * given. A window with an evictor keeps all its elements.
 *
 * Source   Flink 2.3 Evictor.
 */
export abstract class Evictor<T = unknown, W extends Window = Window> {
  abstract evictBefore(elements: TimestampedValue<T>[], size: number, window: W, ctx: EvictorContext): void
  abstract evictAfter(elements: TimestampedValue<T>[], size: number, window: W, ctx: EvictorContext): void
}
