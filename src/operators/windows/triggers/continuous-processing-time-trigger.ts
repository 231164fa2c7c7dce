import type {Duration} from '../../../core/index.js'
import {positiveMs} from '../durations.js'
import type {Window} from '../window.js'
import {FIRE_TIME} from './fire-time.js'
import {Trigger} from './trigger.js'
import type {OnMergeContext, TriggerContext} from './trigger-context.js'
import {TriggerResult} from './trigger-result.js'

/** Fires every `interval` by the clock, at its multiples, as long as the window lives. */
export class ContinuousProcessingTimeTrigger extends Trigger {
  private constructor(readonly intervalMs: number) {
    super()
  }

  static of(interval: Duration): ContinuousProcessingTimeTrigger {
    return new ContinuousProcessingTimeTrigger(positiveMs(interval, 'the interval of ContinuousProcessingTimeTrigger'))
  }

  onElement(_element: unknown, _timestampMs: number, window: Window, ctx: TriggerContext): TriggerResult {
    if (ctx.getPartitionedState(FIRE_TIME).get() === undefined) {
      const nowMs = ctx.getCurrentProcessingTime()
      this.registerNext(nowMs - (nowMs % this.intervalMs), window, ctx)
    }
    return TriggerResult.CONTINUE
  }

  onEventTime(): TriggerResult {
    return TriggerResult.CONTINUE
  }

  onProcessingTime(timeMs: number, window: Window, ctx: TriggerContext): TriggerResult {
    const fireTime = ctx.getPartitionedState(FIRE_TIME)
    if (fireTime.get() !== timeMs) return TriggerResult.CONTINUE
    fireTime.clear()
    this.registerNext(timeMs, window, ctx)
    return TriggerResult.FIRE
  }

  override canMerge(): boolean {
    return true
  }

  override onMerge(_window: Window, ctx: OnMergeContext): void {
    ctx.mergePartitionedState(FIRE_TIME)
    const next = ctx.getPartitionedState(FIRE_TIME).get()
    if (next !== undefined) ctx.registerProcessingTimeTimer(next)
  }

  clear(_window: Window, ctx: TriggerContext): void {
    const fireTime = ctx.getPartitionedState(FIRE_TIME)
    const next = fireTime.get()
    if (next === undefined) return
    ctx.deleteProcessingTimeTimer(next)
    fireTime.clear()
  }

  private registerNext(timeMs: number, window: Window, ctx: TriggerContext): void {
    const next = Math.min(timeMs + this.intervalMs, window.maxTimestamp())
    ctx.getPartitionedState(FIRE_TIME).add(next)
    ctx.registerProcessingTimeTimer(next)
  }
}
