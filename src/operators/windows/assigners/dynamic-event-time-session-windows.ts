import {MIN_TIMESTAMP_MS} from '../../../core/index.js'
import {noTimestamp} from '../no-timestamp.js'
import type {TimeWindow} from '../time-window.js'
import {EventTimeTrigger} from '../triggers/event-time-trigger.js'
import {type SessionWindowTimeGapExtractor, toGapMs} from './session-gap.js'
import {SessionWindows} from './session-windows.js'

/** Sessions by event time with a gap of each element's own: `DynamicEventTimeSessionWindows.withDynamicGap((e) => e.timeout)`. */
export class DynamicEventTimeSessionWindows<T = unknown> extends SessionWindows<T> {
  readonly isEventTime = true

  static withDynamicGap<T>(extractor: SessionWindowTimeGapExtractor<T>): DynamicEventTimeSessionWindows<T> {
    return new DynamicEventTimeSessionWindows<T>(toGapMs(extractor))
  }

  assignWindows(element: T, timestampMs: number): readonly TimeWindow[] {
    if (!(timestampMs > MIN_TIMESTAMP_MS)) throw noTimestamp('DynamicEventTimeSessionWindows', timestampMs)
    return this.sessionAt(timestampMs, element)
  }

  getDefaultTrigger(): EventTimeTrigger {
    return EventTimeTrigger.create()
  }
}
