import {assert} from '../../core/index.js'
import type {OperatorContext} from '../operator.js'

/** When results that may still change are given out; milliseconds. */
export interface QuietTimes {
  /** So long after the last input. */
  readonly quietMs: number
  /** At the latest so long after the first input that was not given out. */
  readonly mostMs: number
}

/**
 * Tells an operator when its input has been quiet for a while: one alarm at a time, whatever the number of records.
 *
 *   noteInput ─▶ alarm after quietMs ─ input meanwhile? ─▶ alarm again ─ … ─▶ isDue, wake          never later than mostMs
 */
export class QuietAlarm {
  isDue = false
  private firstMs: number | undefined = undefined
  private lastMs = 0
  private alarm: {cancel(): void} | undefined = undefined

  constructor(
    private readonly times: QuietTimes,
    private readonly context: OperatorContext,
  ) {}

  /** There is something that was not given out yet. */
  noteInput(): void {
    this.lastMs = this.clock.now()
    if (this.firstMs !== undefined) return
    this.firstMs = this.lastMs
    this.arm()
  }

  /** All has been given out. */
  clear(): void {
    this.isDue = false
    this.firstMs = undefined
    this.alarm?.cancel()
    this.alarm = undefined
  }

  private get clock() {
    const {processingTime} = this.context
    assert(processingTime !== undefined, 'the operator is given processing time', {operator: this.context.operatorName})
    return processingTime
  }

  private get dueMs(): number {
    const {quietMs, mostMs} = this.times
    return Math.min(this.lastMs + quietMs, (this.firstMs ?? this.lastMs) + mostMs)
  }

  private arm(): void {
    this.alarm = this.clock.registerTimer(this.dueMs, () => {
      if (this.clock.now() < this.dueMs) return this.arm()
      this.alarm = undefined
      this.isDue = true
      this.context.wake()
    })
  }
}
