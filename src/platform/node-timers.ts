import type {Timer, Timers} from './platform.js'

/** Node's timers. A running timer keeps its process alive: whoever starts one cancels it. */
export class NodeTimers implements Timers {
  after(delayMs: number, callback: () => void): Timer {
    const handle = setTimeout(callback, delayMs)
    return {cancel: () => clearTimeout(handle)}
  }

  every(periodMs: number, callback: () => void): Timer {
    const handle = setInterval(callback, periodMs)
    return {cancel: () => clearInterval(handle)}
  }
}
