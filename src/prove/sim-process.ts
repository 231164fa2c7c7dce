import type {Timer, Timers} from '../platform/index.js'
import type {SimWorld} from './sim-world.js'

/** A process of the simulated cluster: what it has set does not ring any more when it is dead. */
export class SimProcess implements Timers {
  isAlive = true

  constructor(
    readonly name: string,
    readonly world: SimWorld,
  ) {}

  after(delayMs: number, run: () => void): Timer {
    return this.world.after(delayMs, () => {
      if (this.isAlive) run()
    })
  }

  every(periodMs: number, run: () => void): Timer {
    const timer = this.world.every(periodMs, () => {
      if (this.isAlive) run()
      else timer.cancel()
    })
    return timer
  }
}
