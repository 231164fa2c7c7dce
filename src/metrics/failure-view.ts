import type {ErrorKind} from '../core/index.js'

/** A failure of a job that it may have survived. */
export interface FailureView {
  /** Milliseconds since the epoch. */
  readonly atMs: number
  readonly kind: ErrorKind
  readonly code: string
  readonly message: string
  readonly stack?: string
  /** `"Count" (2/4)` and its attempt, from 0; absent where no single task failed. */
  readonly task?: string
  readonly attempt?: number
  readonly taskManagerId?: string
}

/** What a job was restored from, and which operators found their state. Names as the user knows them. */
export interface RestoredView {
  readonly checkpointId: number
  readonly path: string
  readonly mapped: readonly string[]
  readonly fresh: readonly string[]
  readonly unmapped: readonly string[]
}

/** A job's checkpoints so far. */
export interface CheckpointsView {
  readonly completed: number
  readonly failed: number
  readonly inProgress: number
  /** The longest that a subtask's stream stood still for a snapshot. Milliseconds. */
  readonly longestStopMs: number
  readonly last?: {
    readonly checkpointId: number
    readonly path: string
    /** Milliseconds since the epoch. */
    readonly triggeredAtMs: number
    readonly durationMs: number
    readonly stateBytes: number
    readonly checkpointedBytes: number
    /** The longest that a subtask waited for the rest of its barriers. */
    readonly alignmentMs: number
    /** A barrier overtook data. */
    readonly isUnaligned: boolean
    /** Of data under way that belongs to it. */
    readonly persistedInFlightBytes: number
  }
}
