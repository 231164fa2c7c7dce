import type {Duration} from '../../../core/index.js'
import type {TimeWindow} from '../time-window.js'
import {ProcessingTimeTrigger} from '../triggers/processing-time-trigger.js'
import {TumblingWindows} from './tumbling-windows.js'
import type {WindowAssignerContext} from './window-assigner.js'
import type {WindowStagger} from './window-stagger.js'

/** The same as TumblingEventTimeWindows by the clock: an element belongs to the window in which it is processed. */
export class TumblingProcessingTimeWindows extends TumblingWindows {
  readonly isEventTime = false

  static of(size: Duration, offset: Duration = 0, stagger: WindowStagger = 'ALIGNED'): TumblingProcessingTimeWindows {
    return new TumblingProcessingTimeWindows({size, offset, stagger})
  }

  assignWindows(_element: unknown, _timestampMs: number, context: WindowAssignerContext): readonly TimeWindow[] {
    return this.windowsAt(context.getCurrentProcessingTime(), context)
  }

  getDefaultTrigger(): ProcessingTimeTrigger {
    return ProcessingTimeTrigger.create()
  }
}
