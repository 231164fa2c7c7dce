import type {OperatorContext} from '../operators/index.js'
import type {Timer, Timers} from '../platform/index.js'

type ProcessingTime = NonNullable<OperatorContext['processingTime']>

/** The longest delay that Node's timers take. */
const DELAY_MS_MAX = 2 ** 31 - 1

/** The slot's clock and timers as operators see them: an alarm at a moment, however far away. */
export class SlotProcessingTime implements ProcessingTime {
  constructor(
    private readonly timers: Timers,
    private readonly nowMs: () => number,
  ) {}

  now(): number {
    return this.nowMs()
  }

  registerTimer(timestampMs: number, callback: (timestampMs: number) => void): {cancel(): void} {
    let timer: Timer
    const arm = (): void => {
      // One millisecond more, so that a full millisecond belongs to one side.
      const delayMs = Math.max(0, timestampMs - this.nowMs()) + 1
      timer =
        delayMs > DELAY_MS_MAX
          ? this.timers.after(DELAY_MS_MAX, arm)
          : this.timers.after(delayMs, () => callback(timestampMs))
    }
    arm()
    return {cancel: () => timer.cancel()}
  }
}
