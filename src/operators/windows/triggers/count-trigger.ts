import {ReducingStateDescriptor} from '../../../state/index.js'
import {positiveCount} from '../positive-count.js'
import type {Window} from '../window.js'
import {Trigger} from './trigger.js'
import type {OnMergeContext, TriggerContext} from './trigger-context.js'
import {TriggerResult} from './trigger-result.js'

const COUNT = new ReducingStateDescriptor<number>('count', (a, b) => a + b)

/** Fires with every `maxCount`-th element of a window. */
export class CountTrigger extends Trigger {
  private constructor(readonly maxCount: number) {
    super()
  }

  static of(maxCount: number): CountTrigger {
    return new CountTrigger(positiveCount(maxCount, 'CountTrigger'))
  }

  onElement(_element: unknown, _timestampMs: number, _window: Window, ctx: TriggerContext): TriggerResult {
    const count = ctx.getPartitionedState(COUNT)
    count.add(1)
    if ((count.get() as number) < this.maxCount) return TriggerResult.CONTINUE
    count.clear()
    return TriggerResult.FIRE
  }

  onEventTime(): TriggerResult {
    return TriggerResult.CONTINUE
  }

  onProcessingTime(): TriggerResult {
    return TriggerResult.CONTINUE
  }

  override canMerge(): boolean {
    return true
  }

  override onMerge(_window: Window, ctx: OnMergeContext): void {
    ctx.mergePartitionedState(COUNT)
  }

  clear(_window: Window, ctx: TriggerContext): void {
    ctx.getPartitionedState(COUNT).clear()
  }
}
