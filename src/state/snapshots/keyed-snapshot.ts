import type {KeyedStateHandle, StateFileHandle} from '../../core/index.js'

/**
 * Keyed state that is to be written. Taking it is quick (copy-on-write); writing goes on beside the stream.
 *
 * `pieces` works for at most about a millisecond in each `next` and gives bytes to append to the file, valid until the next
 * call; an empty piece is allowed. It gives no piece at all where nothing has changed. Whoever writes calls exactly one of `written` and `abandon`.
 */
export interface KeyedSnapshot {
  readonly keyGroupStart: number
  readonly keyGroupEndInclusive: number
  readonly format: string
  /** Files of earlier checkpoints that this one builds upon, oldest first; the new file comes after them. */
  readonly previous: readonly StateFileHandle[]
  readonly pieces: Iterator<Uint8Array, void>
  /** The file is complete, or there was nothing to write. */
  written(handle: KeyedStateHandle): void
  abandon(): void
}
