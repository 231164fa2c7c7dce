import type {Clock, Timer, Timers} from '../../src/platform/index.js'

interface Scheduled {
  readonly atMs: number
  readonly sequence: number
  readonly run: () => void
  cancelled: boolean
}

/** Simulated time: a clock, timers, and the one queue of everything that is going to happen. Time moves only in `step`. */
export class SimWorld implements Clock, Timers {
  private timeMs = 0
  private sequence = 0
  private readonly queue: Scheduled[] = []

  nowMs(): number {
    return 1_700_000_000_000 + this.timeMs
  }

  monotonicMs(): number {
    return this.timeMs
  }

  after(delayMs: number, run: () => void): Timer {
    return this.at(this.timeMs + delayMs, run)
  }

  /** Equal moments keep their order. */
  at(atMs: number, run: () => void): Timer {
    const entry: Scheduled = {atMs, sequence: this.sequence++, run, cancelled: false}
    const place = this.queue.findIndex((other) => other.atMs > atMs)
    if (place < 0) this.queue.push(entry)
    else this.queue.splice(place, 0, entry)
    return {
      cancel: () => {
        entry.cancelled = true
      },
    }
  }

  every(periodMs: number, run: () => void): Timer {
    let next: Timer | undefined
    const again = () => {
      next = this.after(periodMs, () => {
        again()
        run()
      })
    }
    again()
    return {cancel: () => next?.cancel()}
  }

  /** Lets the next thing happen, and what hangs on its promises. False when nothing is left to happen. */
  async step(): Promise<boolean> {
    const entry = this.queue.shift()
    if (entry === undefined) return false
    if (entry.cancelled) return true
    this.timeMs = Math.max(this.timeMs, entry.atMs)
    entry.run()
    for (let turn = 0; turn < 3; turn++) await null
    return true
  }
}
