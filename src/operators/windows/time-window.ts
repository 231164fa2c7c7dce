import type {Window} from './window.js'

/** The time from `start` up to, but not including, `end`: milliseconds since the epoch. Source: Flink 2.3 TimeWindow. */
export class TimeWindow implements Window {
  constructor(
    readonly start: number,
    readonly end: number,
  ) {}

  maxTimestamp(): number {
    return this.end - 1
  }

  /** Whether the two overlap or touch: windows that only touch are merged, too. */
  intersects(other: TimeWindow): boolean {
    return this.start <= other.end && this.end >= other.start
  }

  /** The least window that has all of both. */
  cover(other: TimeWindow): TimeWindow {
    return new TimeWindow(Math.min(this.start, other.start), Math.max(this.end, other.end))
  }
}
