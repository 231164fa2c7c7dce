import type {OperatorContext} from '../operators/index.js'
import type {Timer, Timers} from '../platform/index.js'

type ProcessingTimeService = NonNullable<OperatorContext['processingTime']>

interface Alarm {
  readonly timestampMs: number
  readonly ring: () => void
}

/**
 * A clock that moves only when it is told to, with its alarms: what a slot's clock, timers and processing time are in one.
 *
 * Units    milliseconds since whatever the test calls zero.
 * Source   Flink's TestProcessingTimeService for the order: earliest first, then as they were set.
 */
export class VirtualTime implements Timers, ProcessingTimeService {
  private readonly alarms = new Set<Alarm>()

  constructor(private timeMs: number) {}

  now(): number {
    return this.timeMs
  }

  /** When the next alarm rings; undefined without any. */
  get nextAlarmMs(): number | undefined {
    return this.earliest()?.timestampMs
  }

  get alarmCount(): number {
    return this.alarms.size
  }

  registerTimer(timestampMs: number, callback: (timestampMs: number) => void): {cancel(): void} {
    return this.set(timestampMs, () => callback(timestampMs))
  }

  after(delayMs: number, callback: () => void): Timer {
    return this.set(this.timeMs + delayMs, callback)
  }

  every(periodMs: number, callback: () => void): Timer {
    let timer = this.after(periodMs, again.bind(this))
    return {cancel: () => timer.cancel()}

    function again(this: VirtualTime): void {
      timer = this.after(periodMs, again.bind(this))
      callback()
    }
  }

  /** Moves on to the next alarm that is due by then, and rings it. False if there is none: then it is `untilMs`. */
  ringNext(untilMs: number): boolean {
    const next = this.earliest()
    if (next === undefined || next.timestampMs > untilMs) {
      this.timeMs = Math.max(this.timeMs, untilMs)
      return false
    }
    this.alarms.delete(next)
    // An alarm may have been set for a time that has passed.
    this.timeMs = Math.max(this.timeMs, next.timestampMs)
    next.ring()
    return true
  }

  private set(timestampMs: number, ring: () => void): {cancel(): void} {
    const alarm = {timestampMs, ring}
    this.alarms.add(alarm)
    return {cancel: () => void this.alarms.delete(alarm)}
  }

  private earliest(): Alarm | undefined {
    let earliest: Alarm | undefined
    for (const alarm of this.alarms)
      if (earliest === undefined || alarm.timestampMs < earliest.timestampMs) earliest = alarm
    return earliest
  }
}
