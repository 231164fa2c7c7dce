import {Trigger} from './trigger.js'
import {TriggerResult} from './trigger-result.js'

/** Never fires: the default of global windows. */
export class NeverTrigger extends Trigger {
  static create(): NeverTrigger {
    return new NeverTrigger()
  }

  onElement(): TriggerResult {
    return TriggerResult.CONTINUE
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

  override onMerge(): void {}

  clear(): void {}
}
