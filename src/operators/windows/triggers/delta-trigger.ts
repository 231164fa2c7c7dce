import {ValueStateDescriptor} from '../../../state/index.js'
import {checkThreshold, type DeltaFunction, toDelta} from '../delta-function.js'
import type {Window} from '../window.js'
import {Trigger} from './trigger.js'
import type {TriggerContext} from './trigger-context.js'
import {TriggerResult} from './trigger-result.js'

/** Wrapped, because `undefined` may be an element. */
interface Seen<T> {
  readonly element: T
}

/** Fires when an element is further than `threshold` from the one that fired last, or from the first. */
export class DeltaTrigger<T = unknown> extends Trigger<T> {
  private readonly last = new ValueStateDescriptor<Seen<T>>('last-element')

  private constructor(
    readonly threshold: number,
    private readonly delta: (oldElement: T, newElement: T) => number,
  ) {
    super()
  }

  static of<T>(threshold: number, deltaFunction: DeltaFunction<T>): DeltaTrigger<T> {
    return new DeltaTrigger(checkThreshold(threshold, 'DeltaTrigger'), toDelta(deltaFunction))
  }

  onElement(element: T, _timestampMs: number, _window: Window, ctx: TriggerContext): TriggerResult {
    const last = ctx.getPartitionedState(this.last)
    const seen = last.value()
    if (seen !== undefined && !(this.delta(seen.element, element) > this.threshold)) return TriggerResult.CONTINUE
    last.update({element})
    return seen === undefined ? TriggerResult.CONTINUE : TriggerResult.FIRE
  }

  onEventTime(): TriggerResult {
    return TriggerResult.CONTINUE
  }

  onProcessingTime(): TriggerResult {
    return TriggerResult.CONTINUE
  }

  clear(_window: Window, ctx: TriggerContext): void {
    ctx.getPartitionedState(this.last).clear()
  }
}
