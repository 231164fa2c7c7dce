import type {OpenWindow} from './open-window.js'

/**
 * A time between two window starts, [start, end), and the open windows that an element in it may be in, the latest first.
 *
 *   size 30, slide 10   [20, 30) ─▶ [20, 50) [10, 40) [0, 30)
 *
 * Where the size is no multiple of the slide, the last of them ends within the span.
 */
export class Span {
  /** No time at all. */
  static readonly NOWHERE = new Span({start: 0, end: 0, windows: []})

  readonly start: number
  readonly end: number
  readonly windows: readonly OpenWindow[]
  /** Up to here an element is in all of the windows; from here on not in the last. */
  readonly allUntil: number

  constructor({start, end, windows}: Pick<Span, 'start' | 'end' | 'windows'>) {
    this.start = start
    this.end = end
    this.windows = windows
    this.allUntil = windows.length === 0 ? end : windows[windows.length - 1].window.end
  }
}
