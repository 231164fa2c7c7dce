import type {Clock} from './platform.js'

/** The machine's clocks. `monotonicMs` counts from the start of the process. */
export class NodeClock implements Clock {
  nowMs(): number {
    return Date.now()
  }

  monotonicMs(): number {
    return performance.now()
  }
}
