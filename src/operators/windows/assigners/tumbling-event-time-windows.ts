import {type Duration, MIN_TIMESTAMP_MS} from '../../../core/index.js'
import {noTimestamp} from '../no-timestamp.js'
import type {TimeWindow} from '../time-window.js'
import {EventTimeTrigger} from '../triggers/event-time-trigger.js'
import {TumblingWindows} from './tumbling-windows.js'
import type {WindowAssignerContext} from './window-assigner.js'
import type {WindowStagger} from './window-stagger.js'

/**
 * Windows of event time, one after the other: `TumblingEventTimeWindows.of('1m')`. An offset, which may be below 0, shifts them:
 * `of('1d', '-8h')` starts days at midnight in China.
 */
export class TumblingEventTimeWindows extends TumblingWindows {
  readonly isEventTime = true

  static of(size: Duration, offset: Duration = 0, stagger: WindowStagger = 'ALIGNED'): TumblingEventTimeWindows {
    return new TumblingEventTimeWindows({size, offset, stagger})
  }

  assignWindows(_element: unknown, timestampMs: number, context: WindowAssignerContext): readonly TimeWindow[] {
    if (!(timestampMs > MIN_TIMESTAMP_MS)) throw noTimestamp('TumblingEventTimeWindows', timestampMs)
    return this.windowsAt(timestampMs, context)
  }

  getDefaultTrigger(): EventTimeTrigger {
    return EventTimeTrigger.create()
  }
}
