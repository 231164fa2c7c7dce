import type {TimeWindow} from '../time-window.js'
import {ProcessingTimeTrigger} from '../triggers/processing-time-trigger.js'
import {type SessionWindowTimeGapExtractor, toGapMs} from './session-gap.js'
import {SessionWindows} from './session-windows.js'
import type {WindowAssignerContext} from './window-assigner.js'

/** Sessions by the clock with a gap of each element's own: `DynamicProcessingTimeSessionWindows.withDynamicGap((e) => e.timeout)`. */
export class DynamicProcessingTimeSessionWindows<T = unknown> extends SessionWindows<T> {
  readonly isEventTime = false

  static withDynamicGap<T>(extractor: SessionWindowTimeGapExtractor<T>): DynamicProcessingTimeSessionWindows<T> {
    return new DynamicProcessingTimeSessionWindows<T>(toGapMs(extractor))
  }

  assignWindows(element: T, _timestampMs: number, context: WindowAssignerContext): readonly TimeWindow[] {
    return this.sessionAt(context.getCurrentProcessingTime(), element)
  }

  getDefaultTrigger(): ProcessingTimeTrigger {
    return ProcessingTimeTrigger.create()
  }
}
