import type {TimeWindow} from '../time-window.js'
import {OpenWindow} from './open-window.js'

/** The open windows of an operator, the earliest first. All are of one size, so that the order of starts is that of ends. */
export class OpenWindows {
  private readonly byStart = new Map<number, OpenWindow>()
  private readonly inOrder: OpenWindow[] = []
  /** The first of them have fired. */
  private firedCount = 0

  get size(): number {
    return this.inOrder.length
  }

  /** The earliest first. */
  all(): readonly OpenWindow[] {
    return this.inOrder
  }

  find(start: number): OpenWindow | undefined {
    return this.byStart.get(start)
  }

  /** Opens a window; it has fired if its last timestamp is at or below the watermark, as then have all before it. */
  open(window: TimeWindow, watermarkMs: number): OpenWindow {
    const opened = new OpenWindow(window)
    if (window.maxTimestamp() <= watermarkMs) this.markFired(opened)
    this.byStart.set(window.start, opened)
    // New windows are most often the latest.
    let place = this.inOrder.length
    while (place > 0 && this.inOrder[place - 1].window.start > window.start) place--
    this.inOrder.splice(place, 0, opened)
    return opened
  }

  /** The earliest window that has not fired, if its last timestamp is at or below the watermark. */
  nextToFire(watermarkMs: number): OpenWindow | undefined {
    const next = this.inOrder[this.firedCount]
    return next !== undefined && next.window.maxTimestamp() <= watermarkMs ? next : undefined
  }

  markFired(open: OpenWindow): void {
    open.isFired = true
    this.firedCount += 1
  }

  /** The earliest window. */
  first(): OpenWindow | undefined {
    return this.inOrder[0]
  }

  removeFirst(): void {
    const removed = this.inOrder.shift()
    if (removed === undefined) return
    this.byStart.delete(removed.window.start)
    if (removed.isFired) this.firedCount -= 1
  }
}
