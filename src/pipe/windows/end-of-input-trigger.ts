import {program} from '../../api/index.js'
import {MAX_TIMESTAMP_MS} from '../../core/index.js'
import type {OnMergeContext, TimeWindow, TriggerContext} from '../../operators/index.js'

const {Trigger, TriggerResult} = program

/** Fires when the clock passes the end of the window, or when event time ends, which is when the input does. */
export class EndOfInputTrigger extends Trigger<unknown, TimeWindow> {
  onElement(_element: unknown, _timestampMs: number, window: TimeWindow, ctx: TriggerContext) {
    ctx.registerProcessingTimeTimer(window.maxTimestamp())
    ctx.registerEventTimeTimer(MAX_TIMESTAMP_MS)
    return TriggerResult.CONTINUE
  }

  onProcessingTime() {
    return TriggerResult.FIRE_AND_PURGE
  }

  onEventTime(timeMs: number) {
    return timeMs === MAX_TIMESTAMP_MS ? TriggerResult.FIRE_AND_PURGE : TriggerResult.CONTINUE
  }

  override canMerge(): boolean {
    return true
  }

  override onMerge(window: TimeWindow, ctx: OnMergeContext): void {
    ctx.registerEventTimeTimer(MAX_TIMESTAMP_MS)
    if (window.maxTimestamp() > ctx.getCurrentProcessingTime()) ctx.registerProcessingTimeTimer(window.maxTimestamp())
  }

  clear(window: TimeWindow, ctx: TriggerContext): void {
    ctx.deleteProcessingTimeTimer(window.maxTimestamp())
    ctx.deleteEventTimeTimer(MAX_TIMESTAMP_MS)
  }
}
