import {TimeWindow} from './time-window.js'
import type {Window} from './window.js'

/** Whether two windows are one. Windows of a user's own class are told apart by their fields. */
export function sameWindow(a: Window, b: Window): boolean {
  if (a === b) return true
  if (a instanceof TimeWindow && b instanceof TimeWindow) return a.start === b.start && a.end === b.end
  return JSON.stringify(a) === JSON.stringify(b)
}
