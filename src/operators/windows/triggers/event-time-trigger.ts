import type {Window} from '../window.js'
import {Trigger} from './trigger.js'
import type {TriggerContext} from './trigger-context.js'
import {TriggerResult} from './trigger-result.js'

/** Fires when the watermark passes the end of the window, and then for each late element that is allowed. */
export class EventTimeTrigger extends Trigger {
  private static readonly instance = new EventTimeTrigger()

  static create(): EventTimeTrigger {
    return EventTimeTrigger.instance
  }

  onElement(_element: unknown, _timestampMs: number, window: Window, ctx: TriggerContext): TriggerResult {
    if (window.maxTimestamp() <= ctx.getCurrentWatermark()) return TriggerResult.FIRE
    ctx.registerEventTimeTimer(window.maxTimestamp())
    return TriggerResult.CONTINUE
  }

  onEventTime(timeMs: number, window: Window): TriggerResult {
    return timeMs === window.maxTimestamp() ? TriggerResult.FIRE : TriggerResult.CONTINUE
  }

  onProcessingTime(): TriggerResult {
    return TriggerResult.CONTINUE
  }

  override canMerge(): boolean {
    return true
  }

  override onMerge(window: Window, ctx: TriggerContext): void {
    // Behind the watermark onElement fires at once, and a timer would fire a second time.
    if (window.maxTimestamp() > ctx.getCurrentWatermark()) ctx.registerEventTimeTimer(window.maxTimestamp())
  }

  clear(window: Window, ctx: TriggerContext): void {
    ctx.deleteEventTimeTimer(window.maxTimestamp())
  }
}
