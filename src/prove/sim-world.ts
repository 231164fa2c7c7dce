import type {Clock, Timer, Timers} from '../platform/index.js'
import {outsideWorkEnded} from './outside-work.js'

/** What the wall shows when a simulation begins: the same in every one. */
const START_MS = Date.UTC(2024, 0, 1)

interface Entry {
  readonly atMs: number
  readonly order: number
  readonly run: () => void
  isCancelled: boolean
}

/**
 * Simulated time, and the one queue of everything that is going to happen. Time moves only from one entry to the next; what an entry starts
 * outside (promises, files) has come to its end before the next one is looked at, so that a run depends on its seed and on nothing else.
 */
export class SimWorld implements Clock, Timers {
  private timeMs = 0
  private order = 0
  private readonly heap: Entry[] = []
  private held: Promise<unknown>[] = []
  steps = 0

  /** `ended`: settles when what an entry has started outside has come to its end. */
  constructor(private readonly ended: () => Promise<void> = outsideWorkEnded) {}

  nowMs(): number {
    return START_MS + this.timeMs
  }

  monotonicMs(): number {
    return this.timeMs
  }

  after(delayMs: number, run: () => void): Timer {
    return this.at(this.timeMs + Math.max(0, delayMs), run)
  }

  /** Equal moments keep their order. */
  at(atMs: number, run: () => void): Timer {
    const entry = {atMs, order: this.order++, run, isCancelled: false}
    this.push(entry)
    return {
      cancel: () => {
        entry.isCancelled = true
      },
    }
  }

  every(periodMs: number, run: () => void): Timer {
    let timer = this.after(periodMs, again.bind(this))
    return {cancel: () => timer.cancel()}

    function again(this: SimWorld): void {
      timer = this.after(periodMs, again.bind(this))
      run()
    }
  }

  /** Nothing else happens before the promise has settled. */
  hold(promise: Promise<unknown>): void {
    this.held.push(promise.catch(() => {}))
  }

  /** Lets the next thing happen, and what hangs on it. False when nothing is left to happen. */
  async step(): Promise<boolean> {
    const entry = this.pop()
    if (entry === undefined) return false
    if (entry.isCancelled) return true
    this.steps += 1
    this.timeMs = Math.max(this.timeMs, entry.atMs)
    entry.run()
    await this.settle()
    return true
  }

  async settle(): Promise<void> {
    do {
      await this.ended()
      const held = this.held
      this.held = []
      await Promise.all(held)
    } while (this.held.length > 0)
  }

  private push(entry: Entry): void {
    const {heap} = this
    let at = heap.push(entry) - 1
    while (at > 0) {
      const above = (at - 1) >> 1
      if (!isBefore(entry, heap[above])) break
      heap[at] = heap[above]
      at = above
    }
    heap[at] = entry
  }

  private pop(): Entry | undefined {
    const {heap} = this
    const first = heap[0]
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return first
    let at = 0
    for (;;) {
      let below = 2 * at + 1
      if (below >= heap.length) break
      if (below + 1 < heap.length && isBefore(heap[below + 1], heap[below])) below += 1
      if (!isBefore(heap[below], last)) break
      heap[at] = heap[below]
      at = below
    }
    heap[at] = last
    return first
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order)
}
