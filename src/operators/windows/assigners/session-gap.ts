import {type Duration, durationMs} from '../../../core/index.js'
import {badWindow} from '../bad-window.js'

/** The gap that ends the session of an element. */
export type SessionWindowTimeGapExtractor<T> = ((element: T) => Duration) | {extract(element: T): Duration}

/** Asks the extractor, in whichever form. Errors: `user` FTS_BAD_WINDOW for a gap of 0, FTS_BAD_DURATION for what is none. */
export function toGapMs<T>(extractor: SessionWindowTimeGapExtractor<T>): (element: T) => number {
  const extract = typeof extractor === 'function' ? extractor : (element: T) => extractor.extract(element)
  return (element) => {
    const gap = extract(element)
    const gapMs =
      typeof gap === 'number' && gap > 0 && Number.isSafeInteger(gap) ? gap : durationMs(gap, 'a session gap')
    if (gapMs > 0) return gapMs
    throw badWindow(
      'a session gap',
      'the extractor gave 0, but a gap must be at least 1 ms',
      'Give each element a gap.',
    )
  }
}
