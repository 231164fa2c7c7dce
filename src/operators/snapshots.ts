import type {CheckpointOptions, OperatorListState} from '../core/index.js'
import type {KeyedSnapshot} from '../state/index.js'

export type {KeyedSnapshot} from '../state/index.js'

/** A checkpoint as an operator sees it. */
export interface SnapshotRequest {
  /** Counts up from 1 within a job. */
  readonly checkpointId: number
  readonly timestampMs: number
  readonly options: CheckpointOptions
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
