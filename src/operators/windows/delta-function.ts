import {badWindow} from './bad-window.js'

/** How far two elements are apart. */
export type DeltaFunction<T> =
  | ((oldElement: T, newElement: T) => number)
  | {getDelta(oldElement: T, newElement: T): number}

export function toDelta<T>(deltaFunction: DeltaFunction<T>): (oldElement: T, newElement: T) => number {
  return typeof deltaFunction === 'function' ? deltaFunction : (a, b) => deltaFunction.getDelta(a, b)
}

/** Errors: `user` FTS_BAD_WINDOW for what is no number. */
export function checkThreshold(threshold: number, what: string): number {
  if (typeof threshold === 'number' && !Number.isNaN(threshold)) return threshold
  throw badWindow(`the threshold of ${what}`, `${String(threshold)} is no number`, 'For example of(10, (a, b) => …).')
}
