import type {Duration} from '../../../core/index.js'
import {classNameOf} from '../../class-name.js'
import {badWindow} from '../bad-window.js'
import {positiveMs, signedMs} from '../durations.js'
import {TimeWindow} from '../time-window.js'
import {windowStart} from '../window-start.js'
import {WindowAssigner} from './window-assigner.js'

export interface SlidingOptions {
  readonly size: Duration
  readonly slide: Duration
  readonly offset: Duration
}

/** Windows of one element at most. Source: Flink 2.3 SlidingEventTimeWindows. */
const WINDOWS_PER_ELEMENT_MAX = 10_000_000

/**
 * Windows of one size of which one starts every `slide`: they overlap if the slide is less than the size, and leave gaps if it is more.
 *
 * Errors   `user` FTS_BAD_WINDOW, FTS_BAD_DURATION.
 */
export abstract class SlidingWindows extends WindowAssigner<unknown, TimeWindow> {
  readonly sizeMs: number
  readonly slideMs: number
  readonly offsetMs: number

  protected constructor({size, slide, offset}: SlidingOptions) {
    super()
    const name = classNameOf(this)
    this.sizeMs = positiveMs(size, `the size of ${name}`)
    this.slideMs = positiveMs(slide, `the slide of ${name}`)
    this.offsetMs = signedMs(offset, `the offset of ${name}`)
    if (Math.abs(this.offsetMs) >= this.slideMs)
      throw badWindow(
        `the offset of ${name}`,
        `${this.offsetMs} ms is not less than the slide, ${this.slideMs} ms`,
        "An offset shifts the windows by a part of their slide: of('1h', '10m', '5m').",
      )
    if (this.sizeMs / this.slideMs > WINDOWS_PER_ELEMENT_MAX)
      throw badWindow(
        name,
        `each element would be in ${Math.ceil(this.sizeMs / this.slideMs)} windows, and ${WINDOWS_PER_ELEMENT_MAX} is the most`,
        'Make the slide longer or the size shorter.',
      )
  }

  /** The latest window first. */
  protected windowsAt(timestampMs: number): readonly TimeWindow[] {
    const windows: TimeWindow[] = []
    const {sizeMs, slideMs, offsetMs} = this
    for (let start = windowStart(timestampMs, offsetMs, slideMs); start > timestampMs - sizeMs; start -= slideMs)
      windows.push(new TimeWindow(start, start + sizeMs))
    return windows
  }
}
