import type {Window} from '../window.js'
import {Trigger} from './trigger.js'
import type {OnMergeContext, TriggerContext} from './trigger-context.js'
import {isFire, TriggerResult} from './trigger-result.js'

/** Another trigger, after whose firing the window's contents are forgotten: each result has only what is new. */
export class PurgingTrigger<T = unknown, W extends Window = Window> extends Trigger<T, W> {
  private constructor(readonly nestedTrigger: Trigger<T, W>) {
    super()
  }

  static of<T, W extends Window>(nestedTrigger: Trigger<T, W>): PurgingTrigger<T, W> {
    return new PurgingTrigger(nestedTrigger)
  }

  onElement(element: T, timestampMs: number, window: W, ctx: TriggerContext): TriggerResult {
    return purging(this.nestedTrigger.onElement(element, timestampMs, window, ctx))
  }

  onEventTime(timeMs: number, window: W, ctx: TriggerContext): TriggerResult {
    return purging(this.nestedTrigger.onEventTime(timeMs, window, ctx))
  }

  onProcessingTime(timeMs: number, window: W, ctx: TriggerContext): TriggerResult {
    return purging(this.nestedTrigger.onProcessingTime(timeMs, window, ctx))
  }

  override canMerge(): boolean {
    return this.nestedTrigger.canMerge()
  }

  override onMerge(window: W, ctx: OnMergeContext): void {
    this.nestedTrigger.onMerge(window, ctx)
  }

  clear(window: W, ctx: TriggerContext): void {
    this.nestedTrigger.clear(window, ctx)
  }
}

function purging(result: TriggerResult): TriggerResult {
  return isFire(result) ? TriggerResult.FIRE_AND_PURGE : result
}
