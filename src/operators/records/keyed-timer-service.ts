import {type InternalTimerService, VOID_NAMESPACE, type VoidNamespace} from '../../state/index.js'
import type {TimerService} from '../functions/index.js'

/** The timers of a keyed process function: those of no namespace. */
export class KeyedTimerService implements TimerService {
  constructor(private readonly timers: InternalTimerService<VoidNamespace>) {}

  currentProcessingTime(): number {
    return this.timers.currentProcessingTime()
  }

  currentWatermark(): number {
    return this.timers.currentWatermark()
  }

  registerProcessingTimeTimer(timestampMs: number): void {
    this.timers.registerProcessingTimeTimer(VOID_NAMESPACE, timestampMs)
  }

  registerEventTimeTimer(timestampMs: number): void {
    this.timers.registerEventTimeTimer(VOID_NAMESPACE, timestampMs)
  }

  deleteProcessingTimeTimer(timestampMs: number): void {
    this.timers.deleteProcessingTimeTimer(VOID_NAMESPACE, timestampMs)
  }

  deleteEventTimeTimer(timestampMs: number): void {
    this.timers.deleteEventTimeTimer(VOID_NAMESPACE, timestampMs)
  }
}
