import {type Duration, MIN_TIMESTAMP_MS} from '../../../core/index.js'
import {noTimestamp} from '../no-timestamp.js'
import type {TimeWindow} from '../time-window.js'
import {EventTimeTrigger} from '../triggers/event-time-trigger.js'
import {SlidingWindows} from './sliding-windows.js'

/** Overlapping windows of event time: `SlidingEventTimeWindows.of('10m', '1m')` is the last ten minutes, every minute. */
export class SlidingEventTimeWindows extends SlidingWindows {
  readonly isEventTime = true

  static of(size: Duration, slide: Duration, offset: Duration = 0): SlidingEventTimeWindows {
    return new SlidingEventTimeWindows({size, slide, offset})
  }

  assignWindows(_element: unknown, timestampMs: number): readonly TimeWindow[] {
    if (!(timestampMs > MIN_TIMESTAMP_MS)) throw noTimestamp('SlidingEventTimeWindows', timestampMs)
    return this.windowsAt(timestampMs)
  }

  getDefaultTrigger(): EventTimeTrigger {
    return EventTimeTrigger.create()
  }
}
