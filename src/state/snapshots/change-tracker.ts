import {BORN, epochOf, type Item, WRITTEN} from './item.js'

/** What a snapshot that is being written asks for. */
export interface RunningSnapshot {
  /** It holds what was so at the end of this epoch. */
  readonly epoch: number
  /** Items whose last change lies in this epoch or before are not in it; -1: it has everything. */
  readonly afterEpoch: number
}

/**
 * Time as snapshots see it: an epoch ends with each of them. One for all states and timers of an operator subtask.
 *
 *   epoch 0 ── snapshot 0 ── epoch 1 ── snapshot 1 ── …
 *
 * Copy-on-write: an item whose stamp is older than `stamp` has not changed in this epoch. Before it does, its value is saved for the
 * snapshot that is being written, if that has not come to it yet.
 */
export class ChangeTracker {
  epoch = 0
  /** The stamp of what changes now. */
  stamp = 0
  bornStamp = BORN
  /** Changes are noted, so that the next snapshot can do with them. */
  isLogging = false
  running: RunningSnapshot | undefined = undefined

  /** Ends an epoch; answers which. */
  endEpoch(): number {
    const ended = this.epoch++
    this.stamp = this.epoch * 4
    this.bornStamp = this.stamp | BORN
    return ended
  }

  /** Whether the running snapshot still has to write the item as it is now. */
  isAwaited({stamp}: Item): boolean {
    return this.isStampAwaited(stamp)
  }

  isStampAwaited(stamp: number): boolean {
    const {running} = this
    if (running === undefined || stamp < 0) return false
    const epoch = epochOf(stamp)
    return epoch <= running.epoch && epoch > running.afterEpoch && stamp !== ((running.epoch * 4) | WRITTEN)
  }
}
