import type {Duration} from '../../../core/index.js'
import {ValueStateDescriptor} from '../../../state/index.js'
import {positiveMs} from '../durations.js'
import type {Window} from '../window.js'
import {Trigger} from './trigger.js'
import type {TriggerContext} from './trigger-context.js'
import {isFire, isPurge, TriggerResult} from './trigger-result.js'

export interface ProcessingTimeoutOptions {
  /** Every element starts the timeout anew. Default: false. */
  readonly resetTimerOnNewRecord?: boolean
  /** A timeout clears the nested trigger's state, too. Default: true. */
  readonly shouldClearOnTimeout?: boolean
}

const TIMEOUT = new ValueStateDescriptor<number>('timeout')

/** Fires when another trigger does, and at the latest when `timeout` of the clock has gone by since the window's first element. */
export class ProcessingTimeoutTrigger<T = unknown, W extends Window = Window> extends Trigger<T, W> {
  private readonly resets: boolean
  private readonly clears: boolean

  private constructor(
    readonly nestedTrigger: Trigger<T, W>,
    readonly timeoutMs: number,
    {resetTimerOnNewRecord, shouldClearOnTimeout}: ProcessingTimeoutOptions,
  ) {
    super()
    this.resets = resetTimerOnNewRecord ?? false
    this.clears = shouldClearOnTimeout ?? true
  }

  static of<T, W extends Window>(
    nestedTrigger: Trigger<T, W>,
    timeout: Duration,
    options: ProcessingTimeoutOptions = {},
  ): ProcessingTimeoutTrigger<T, W> {
    const timeoutMs = positiveMs(timeout, 'the timeout of ProcessingTimeoutTrigger')
    return new ProcessingTimeoutTrigger(nestedTrigger, timeoutMs, options)
  }

  onElement(element: T, timestampMs: number, window: W, ctx: TriggerContext): TriggerResult {
    const result = this.nestedTrigger.onElement(element, timestampMs, window, ctx)
    if (isFire(result)) this.clear(window, ctx)
    else this.startTimeout(ctx)
    return result
  }

  onEventTime(timeMs: number, window: W, ctx: TriggerContext): TriggerResult {
    return this.timedOut(this.nestedTrigger.onEventTime(timeMs, window, ctx), window, ctx)
  }

  onProcessingTime(timeMs: number, window: W, ctx: TriggerContext): TriggerResult {
    return this.timedOut(this.nestedTrigger.onProcessingTime(timeMs, window, ctx), window, ctx)
  }

  clear(window: W, ctx: TriggerContext): void {
    const timeout = ctx.getPartitionedState(TIMEOUT)
    const atMs = timeout.value()
    if (atMs !== undefined) {
      ctx.deleteProcessingTimeTimer(atMs)
      timeout.clear()
    }
    this.nestedTrigger.clear(window, ctx)
  }

  private startTimeout(ctx: TriggerContext): void {
    const timeout = ctx.getPartitionedState(TIMEOUT)
    const running = timeout.value()
    if (running !== undefined && !this.resets) return
    if (running !== undefined) ctx.deleteProcessingTimeTimer(running)
    const atMs = ctx.getCurrentProcessingTime() + this.timeoutMs
    timeout.update(atMs)
    ctx.registerProcessingTimeTimer(atMs)
  }

  /** Any timer of the window fires it, whatever the nested trigger says. Source: Flink 2.3 ProcessingTimeoutTrigger. */
  private timedOut(nested: TriggerResult, window: W, ctx: TriggerContext): TriggerResult {
    if (this.clears) this.clear(window, ctx)
    return isPurge(nested) ? TriggerResult.FIRE_AND_PURGE : TriggerResult.FIRE
  }
}
