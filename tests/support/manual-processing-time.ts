import type {ProcessingTimeService} from '../../src/state/index.js'

interface Waiting {
  readonly timestampMs: number
  readonly callback: (timestampMs: number) => void
}

/** A clock that moves only when a test moves it, with its alarms. Source of the order: Flink's TestProcessingTimeService. */
export class ManualProcessingTime implements ProcessingTimeService {
  /** How many alarms were set so far, also those that were cancelled. */
  registeredCount = 0
  private readonly waiting = new Set<Waiting>()

  constructor(private nowMs = 0) {}

  now(): number {
    return this.nowMs
  }

  registerTimer(timestampMs: number, callback: (timestampMs: number) => void): {cancel(): void} {
    const waiting = {timestampMs, callback}
    this.registeredCount += 1
    this.waiting.add(waiting)
    return {cancel: () => void this.waiting.delete(waiting)}
  }

  /** When the waiting alarms ring, earliest first. */
  get alarmsAtMs(): readonly number[] {
    return Array.from(this.waiting, ({timestampMs}) => timestampMs).sort((a, b) => a - b)
  }

  /** Moves the time and rings what is then due, earliest first, also what is set meanwhile. */
  moveTo(timestampMs: number): void {
    this.nowMs = timestampMs
    for (let next = this.nextDue(); next !== undefined; next = this.nextDue()) {
      this.waiting.delete(next)
      next.callback(next.timestampMs)
    }
  }

  private nextDue(): Waiting | undefined {
    let earliest: Waiting | undefined
    for (const one of this.waiting) {
      if (one.timestampMs > this.nowMs) continue
      if (earliest === undefined || one.timestampMs < earliest.timestampMs) earliest = one
    }
    return earliest
  }
}
