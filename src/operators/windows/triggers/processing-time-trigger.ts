import type {Window} from '../window.js'
import {Trigger} from './trigger.js'
import type {TriggerContext} from './trigger-context.js'
import {TriggerResult} from './trigger-result.js'

/** Fires when the clock passes the end of the window. */
export class ProcessingTimeTrigger extends Trigger {
  private static readonly instance = new ProcessingTimeTrigger()

  static create(): ProcessingTimeTrigger {
    return ProcessingTimeTrigger.instance
  }

  onElement(_element: unknown, _timestampMs: number, window: Window, ctx: TriggerContext): TriggerResult {
    ctx.registerProcessingTimeTimer(window.maxTimestamp())
    return TriggerResult.CONTINUE
  }

  onEventTime(): TriggerResult {
    return TriggerResult.CONTINUE
  }

  onProcessingTime(): TriggerResult {
    return TriggerResult.FIRE
  }

  override canMerge(): boolean {
    return true
  }

  override onMerge(window: Window, ctx: TriggerContext): void {
    if (window.maxTimestamp() > ctx.getCurrentProcessingTime()) ctx.registerProcessingTimeTimer(window.maxTimestamp())
  }

  clear(window: Window, ctx: TriggerContext): void {
    ctx.deleteProcessingTimeTimer(window.maxTimestamp())
  }
}
