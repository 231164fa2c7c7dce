import type {Duration} from '../../../core/index.js'
import type {TimeWindow} from '../time-window.js'
import {ProcessingTimeTrigger} from '../triggers/processing-time-trigger.js'
import {SlidingWindows} from './sliding-windows.js'
import type {WindowAssignerContext} from './window-assigner.js'

/** The same as SlidingEventTimeWindows by the clock. */
export class SlidingProcessingTimeWindows extends SlidingWindows {
  readonly isEventTime = false

  static of(size: Duration, slide: Duration, offset: Duration = 0): SlidingProcessingTimeWindows {
    return new SlidingProcessingTimeWindows({size, slide, offset})
  }

  assignWindows(_element: unknown, _timestampMs: number, context: WindowAssignerContext): readonly TimeWindow[] {
    return this.windowsAt(context.getCurrentProcessingTime())
  }

  getDefaultTrigger(): ProcessingTimeTrigger {
    return ProcessingTimeTrigger.create()
  }
}
