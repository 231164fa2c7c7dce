import type {Duration} from '../../../core/index.js'
import {classNameOf} from '../../class-name.js'
import {badWindow} from '../bad-window.js'
import {positiveMs, signedMs} from '../durations.js'
import {TimeWindow} from '../time-window.js'
import {windowStart} from '../window-start.js'
import {WindowAssigner, type WindowAssignerContext} from './window-assigner.js'
import {staggerMs, WINDOW_STAGGERS, type WindowStagger} from './window-stagger.js'

export interface TumblingOptions {
  readonly size: Duration
  readonly offset: Duration
  readonly stagger: WindowStagger
}

/** Windows of one size, one after the other. Errors: `user` FTS_BAD_WINDOW, FTS_BAD_DURATION. */
export abstract class TumblingWindows extends WindowAssigner<unknown, TimeWindow> {
  readonly sizeMs: number
  readonly offsetMs: number
  readonly stagger: WindowStagger
  /** The window used last; elements come window by window. */
  private last: readonly TimeWindow[] = [new TimeWindow(0, 0)]

  protected constructor({size, offset, stagger}: TumblingOptions) {
    super()
    const name = classNameOf(this)
    this.sizeMs = positiveMs(size, `the size of ${name}`)
    this.offsetMs = signedMs(offset, `the offset of ${name}`)
    this.stagger = stagger
    if (Math.abs(this.offsetMs) >= this.sizeMs)
      throw badWindow(
        `the offset of ${name}`,
        `${this.offsetMs} ms is not less than the size, ${this.sizeMs} ms`,
        "An offset shifts the windows by a part of their size: of('1d', '-8h') for days in China.",
      )
    if (!WINDOW_STAGGERS.includes(stagger))
      throw badWindow(
        `the stagger of ${name}`,
        `${String(stagger)} is none of ${WINDOW_STAGGERS.join(', ')}`,
        "Leave it out, or write 'ALIGNED'.",
      )
  }

  /** Start of the windows of a subtask, from 0: the offset and how far its windows are shifted. */
  shiftMs(context: WindowAssignerContext): number {
    return (this.offsetMs + staggerMs(this.stagger, this.sizeMs, context)) % this.sizeMs
  }

  protected windowsAt(timestampMs: number, context: WindowAssignerContext): readonly TimeWindow[] {
    const start = windowStart(timestampMs, this.shiftMs(context), this.sizeMs)
    const {last, sizeMs} = this
    if (last[0].start === start && last[0].end === start + sizeMs) return last
    this.last = [new TimeWindow(start, start + sizeMs)]
    return this.last
  }
}
