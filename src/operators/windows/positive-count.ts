import {badWindow} from './bad-window.js'

/** A number of elements, at least 1. Errors: `user` FTS_BAD_WINDOW. */
export function positiveCount(count: number, what: string): number {
  if (Number.isSafeInteger(count) && count >= 1) return count
  throw badWindow(what, `${String(count)} is not a whole number of elements, 1 or more`, 'For example 100.')
}
