import {type Duration, MIN_TIMESTAMP_MS} from '../../../core/index.js'
import {positiveMs} from '../durations.js'
import {noTimestamp} from '../no-timestamp.js'
import type {TimeWindow} from '../time-window.js'
import {EventTimeTrigger} from '../triggers/event-time-trigger.js'
import {DynamicEventTimeSessionWindows} from './dynamic-event-time-session-windows.js'
import type {SessionWindowTimeGapExtractor} from './session-gap.js'
import {SessionWindows} from './session-windows.js'

/** Sessions by event time: `EventTimeSessionWindows.withGap('30m')` ends a session when half an hour had no element. */
export class EventTimeSessionWindows extends SessionWindows<unknown> {
  readonly isEventTime = true

  static withGap(gap: Duration): EventTimeSessionWindows {
    const gapMs = positiveMs(gap, 'the gap of EventTimeSessionWindows')
    return new EventTimeSessionWindows(() => gapMs)
  }

  static withDynamicGap<T>(extractor: SessionWindowTimeGapExtractor<T>): DynamicEventTimeSessionWindows<T> {
    return DynamicEventTimeSessionWindows.withDynamicGap(extractor)
  }

  assignWindows(element: unknown, timestampMs: number): readonly TimeWindow[] {
    if (!(timestampMs > MIN_TIMESTAMP_MS)) throw noTimestamp('EventTimeSessionWindows', timestampMs)
    return this.sessionAt(timestampMs, element)
  }

  getDefaultTrigger(): EventTimeTrigger {
    return EventTimeTrigger.create()
  }
}
