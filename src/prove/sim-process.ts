import type {Timer, Timers} from '../platform/index.js'
import type {SimWorld} from './sim-world.js'

/** A process of the simulated cluster: what it has set does not ring any more when it is dead, and waits while it is stopped. */
export class SimProcess implements Timers {
  isAlive = true
  isStopped = false
  private waiting: (() => void)[] = []

  constructor(
    readonly name: string,
    readonly world: SimWorld,
  ) {}

  after(delayMs: number, run: () => void): Timer {
    let isCancelled = false
    const timer = this.world.after(delayMs, () =>
      this.reach(() => {
        if (!isCancelled) run()
      }),
    )
    return {
      cancel: () => {
        isCancelled = true
        timer.cancel()
      },
    }
  }

  /** What a stopped process has missed rings once. */
  every(periodMs: number, run: () => void): Timer {
    let isDue = false
    let isCancelled = false
    const timer = this.world.every(periodMs, () => {
      if (!this.isAlive) timer.cancel()
      if (isDue) return
      isDue = true
      this.reach(() => {
        isDue = false
        if (!isCancelled) run()
      })
    })
    return {
      cancel: () => {
        isCancelled = true
        timer.cancel()
      },
    }
  }

  /** What comes to it from outside: now, when it has woken, or never. */
  reach(run: () => void): void {
    if (!this.isAlive) return
    if (this.isStopped) this.waiting.push(run)
    else run()
  }

  /** kill −STOP, and −CONT after so long. */
  stop(forMs: number): void {
    this.isStopped = true
    this.world.after(forMs, () => {
      this.isStopped = false
      for (const run of this.waiting.splice(0)) this.world.after(0, () => this.reach(run))
    })
  }
}
