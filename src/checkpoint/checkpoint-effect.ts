import type {CheckpointOptions, ErrorData, ExecutionAttemptId} from '../core/index.js'
import type {LogLevel} from '../platform/index.js'
import type {CheckpointMetadata, StoredCheckpoint} from './checkpoint-metadata.js'

/** At most one timer of a name runs. */
export type CheckpointTimer =
  | {readonly kind: 'periodicCheckpoint'}
  | {readonly kind: 'checkpointTimeout'; readonly checkpointId: number}

/** What the coordinator wants done. */
export type CheckpointEffect =
  /** Answered by `prepared` or `prepareFailed`. */
  | {readonly kind: 'makeFolder'; readonly checkpointId: number; readonly folder: string}
  | {
      readonly kind: 'trigger'
      readonly checkpointId: number
      readonly timestampMs: number
      readonly options: CheckpointOptions
      readonly attemptIds: readonly ExecutionAttemptId[]
    }
  /** Answered by `stored` or `storeFailed`. */
  | {
      readonly kind: 'writeMetadata'
      readonly checkpointId: number
      readonly folder: string
      readonly sharedFolder: string | undefined
      readonly metadata: CheckpointMetadata
    }
  /** What the job is restored from is another now: to be known for good before anything that follows from it. */
  | {readonly kind: 'retained'; readonly checkpoints: readonly StoredCheckpoint[]}
  /** Sinks may commit. */
  | {readonly kind: 'tellCompleted'; readonly checkpointId: number}
  | {readonly kind: 'tellAborted'; readonly checkpointId: number}
  /** Nobody needs these files and folders any more. */
  | {readonly kind: 'discard'; readonly paths: readonly string[]}
  | {readonly kind: 'startTimer'; readonly timer: CheckpointTimer; readonly delayMs: number}
  | {readonly kind: 'cancelTimer'; readonly timer: CheckpointTimer}
  | {readonly kind: 'savepointEnded'; readonly requestId: number; readonly end: SavepointEnd}
  /** Too many checkpoints failed in a row. */
  | {readonly kind: 'failJob'; readonly error: ErrorData}
  | {readonly kind: 'log'; readonly level: LogLevel; readonly message: string}

export type SavepointEnd = {readonly folder: string} | {readonly error: ErrorData}
