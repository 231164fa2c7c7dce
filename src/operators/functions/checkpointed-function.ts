import type {KeyedStateStore, OperatorStateStore} from '../../state/index.js'

/** A checkpoint, as a function sees it that is about to be part of it. */
export interface FunctionSnapshotContext {
  getCheckpointId(): number
  /** When the checkpoint was triggered, in ms since the epoch. */
  getCheckpointTimestamp(): number
}

/** What a function begins with. */
export interface FunctionInitializationContext {
  /** The job goes on from a checkpoint or savepoint. */
  isRestored(): boolean
  /** Which one; undefined if `isRestored` is false. */
  getRestoredCheckpointId(): number | undefined
  /** State of this subtask that belongs to no key: lists that are dealt out when the parallelism changes, or that every subtask gets whole. */
  getOperatorStateStore(): OperatorStateStore
  /** State of keys. Errors: `user` FTS_NOT_KEYED where the stream has none. */
  getKeyedStateStore(): KeyedStateStore
}

/**
 * A function with state of its own that belongs to no key: what it has buffered, where it is in something.
 *
 *   initializeState ─▶ open ─▶ calls … ─▶ snapshotState (at each checkpoint) ─▶ calls …
 *
 * In `snapshotState` it brings its state up to date (`list.update(this.buffer)`); what is in the state then is in the checkpoint.
 */
export interface CheckpointedFunction {
  snapshotState(context: FunctionSnapshotContext): void
  initializeState(context: FunctionInitializationContext): void
}
