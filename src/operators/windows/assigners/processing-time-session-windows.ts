import type {Duration} from '../../../core/index.js'
import {positiveMs} from '../durations.js'
import type {TimeWindow} from '../time-window.js'
import {ProcessingTimeTrigger} from '../triggers/processing-time-trigger.js'
import {DynamicProcessingTimeSessionWindows} from './dynamic-processing-time-session-windows.js'
import type {SessionWindowTimeGapExtractor} from './session-gap.js'
import {SessionWindows} from './session-windows.js'
import type {WindowAssignerContext} from './window-assigner.js'

/** Sessions by the clock: `ProcessingTimeSessionWindows.withGap('30m')` ends a session when half an hour had no element. */
export class ProcessingTimeSessionWindows extends SessionWindows<unknown> {
  readonly isEventTime = false

  static withGap(gap: Duration): ProcessingTimeSessionWindows {
    const gapMs = positiveMs(gap, 'the gap of ProcessingTimeSessionWindows')
    return new ProcessingTimeSessionWindows(() => gapMs)
  }

  static withDynamicGap<T>(extractor: SessionWindowTimeGapExtractor<T>): DynamicProcessingTimeSessionWindows<T> {
    return DynamicProcessingTimeSessionWindows.withDynamicGap(extractor)
  }

  assignWindows(element: unknown, _timestampMs: number, context: WindowAssignerContext): readonly TimeWindow[] {
    return this.sessionAt(context.getCurrentProcessingTime(), element)
  }

  getDefaultTrigger(): ProcessingTimeTrigger {
    return ProcessingTimeTrigger.create()
  }
}
