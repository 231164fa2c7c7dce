import type {OfferedSlot} from './internal-event.js'

/** A restart that waits: for its pause, its slots, and the end of the old attempts. */
export class PendingRestart {
  readonly regions = new Set<number>()
  isPauseOver = false
  slots: readonly OfferedSlot[] | undefined

  get isReady(): boolean {
    return this.isPauseOver && this.slots !== undefined
  }
}
