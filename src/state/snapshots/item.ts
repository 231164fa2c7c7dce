/** What an item held when a snapshot was taken that has not written it yet. */
export interface Saved {
  readonly epoch: number
  value: unknown
  /** Whether no part of it can still be changed through the state: it is a copy through and through, or has left the state. */
  isDeep: boolean
}

/**
 * What is snapshotted one by one: an entry of a state, a timer.
 *
 * Units   `stamp` is four times the epoch (see ChangeTracker) of the last change, plus BORN or WRITTEN; GONE after the removal.
 */
export interface Item {
  readonly key: unknown
  readonly keyGroup: number
  stamp: number
  saved: Saved | undefined
}

/** The item was made in the epoch of its stamp, so no snapshot has seen it. */
export const BORN = 2
/** The snapshot of the stamp's epoch has written the item, and it has not changed since. */
export const WRITTEN = 1
export const GONE = -1

export function epochOf(stamp: number): number {
  return stamp >> 2
}
