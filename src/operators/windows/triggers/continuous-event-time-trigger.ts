import type {Duration} from '../../../core/index.js'
import {positiveMs} from '../durations.js'
import type {Window} from '../window.js'
import {FIRE_TIME} from './fire-time.js'
import {Trigger} from './trigger.js'
import type {OnMergeContext, TriggerContext} from './trigger-context.js'
import {TriggerResult} from './trigger-result.js'

/** Fires every `interval` of event time, at its multiples, and at the end of the window. */
export class ContinuousEventTimeTrigger extends Trigger {
  private constructor(readonly intervalMs: number) {
    super()
  }

  static of(interval: Duration): ContinuousEventTimeTrigger {
    return new ContinuousEventTimeTrigger(positiveMs(interval, 'the interval of ContinuousEventTimeTrigger'))
  }

  onElement(_element: unknown, timestampMs: number, window: Window, ctx: TriggerContext): TriggerResult {
    if (window.maxTimestamp() <= ctx.getCurrentWatermark()) return TriggerResult.FIRE
    ctx.registerEventTimeTimer(window.maxTimestamp())
    if (ctx.getPartitionedState(FIRE_TIME).get() === undefined)
      this.registerNext(timestampMs - (timestampMs % this.intervalMs), window, ctx)
    return TriggerResult.CONTINUE
  }

  onEventTime(timeMs: number, window: Window, ctx: TriggerContext): TriggerResult {
    if (timeMs === window.maxTimestamp()) return TriggerResult.FIRE
    const fireTime = ctx.getPartitionedState(FIRE_TIME)
    if (fireTime.get() !== timeMs) return TriggerResult.CONTINUE
    fireTime.clear()
    this.registerNext(timeMs, window, ctx)
    return TriggerResult.FIRE
  }

  onProcessingTime(): TriggerResult {
    return TriggerResult.CONTINUE
  }

  override canMerge(): boolean {
    return true
  }

  override onMerge(_window: Window, ctx: OnMergeContext): void {
    ctx.mergePartitionedState(FIRE_TIME)
    const next = ctx.getPartitionedState(FIRE_TIME).get()
    if (next !== undefined) ctx.registerEventTimeTimer(next)
  }

  clear(_window: Window, ctx: TriggerContext): void {
    const fireTime = ctx.getPartitionedState(FIRE_TIME)
    const next = fireTime.get()
    if (next === undefined) return
    ctx.deleteEventTimeTimer(next)
    fireTime.clear()
  }

  private registerNext(timeMs: number, window: Window, ctx: TriggerContext): void {
    const next = Math.min(timeMs + this.intervalMs, window.maxTimestamp())
    ctx.getPartitionedState(FIRE_TIME).add(next)
    ctx.registerEventTimeTimer(next)
  }
}
