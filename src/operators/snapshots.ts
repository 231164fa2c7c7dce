import type {CheckpointOptions, KeyedStateHandle, OperatorListState, StateFileHandle} from '../core/index.js'

/** A checkpoint as an operator sees it. */
export interface SnapshotRequest {
  /** Counts up from 1 within a job. */
  readonly checkpointId: number
  readonly timestampMs: number
  readonly options: CheckpointOptions
}

/**
 * Keyed state that is to be written. Taking it is quick (copy-on-write); writing goes on beside the stream.
 *
 * `pieces` works for at most about a millisecond in each `next` and gives bytes to append to the file; an empty piece is allowed. It
 * gives no piece at all where nothing has changed. Whoever writes calls exactly one of `written` and `abandon`.
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

/** What an operator answers at a barrier: the state as of now, whatever the stream does next. */
export interface OperatorSnapshot {
  readonly keyed?: KeyedSnapshot
  readonly lists?: readonly OperatorListState[]
}

/**
 * What operators and sources with state do for checkpoints; all of it optional.
 *
 *   prepareSnapshot (until true) ─▶ snapshotState ─▶ the barrier goes on      later: checkpointCompleted | checkpointAborted
 *
 * Called between batches and only while nothing drains. `checkpointCompleted` may skip ids: it also completes all before it.
 */
export interface Snapshotting {
  /** Emits what must not wait behind the barrier (pre-aggregated rows); false: call again when there is room. */
  prepareSnapshot?(checkpointId: number): boolean
  snapshotState?(request: SnapshotRequest): OperatorSnapshot
  /** Commits what was prepared up to this checkpoint. May be called again after a restore. */
  checkpointCompleted?(checkpointId: number): void
  checkpointAborted?(checkpointId: number): void
  /**
   * Asked after `finish`: results are prepared and go out with the next checkpoint that is completed. The task waits for it before
   * it is FINISHED, where checkpoints are on.
   */
  awaitsCheckpoint?(): boolean
}
