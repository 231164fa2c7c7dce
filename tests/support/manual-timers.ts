import type {Timer, Timers} from '../../src/platform/index.js'

/** Timers that fire only when a test moves the time. */
export class ManualTimers implements Timers {
  private nowMs = 0
  private readonly waiting = new Map<Timer, {readonly atMs: number; readonly callback: () => void}>()

  after(delayMs: number, callback: () => void): Timer {
    const timer: Timer = {cancel: () => void this.waiting.delete(timer)}
    this.waiting.set(timer, {atMs: this.nowMs + delayMs, callback})
    return timer
  }

  every(periodMs: number, callback: () => void): Timer {
    let current = this.after(periodMs, tick)
    const {after} = this
    const again = after.bind(this)
    function tick() {
      callback()
      current = again(periodMs, tick)
    }
    return {cancel: () => current.cancel()}
  }

  get count(): number {
    return this.waiting.size
  }

  advance(milliseconds: number): void {
    this.nowMs += milliseconds
    for (const [timer, {atMs, callback}] of [...this.waiting]) {
      if (atMs > this.nowMs || !this.waiting.delete(timer)) continue
      callback()
    }
  }
}
