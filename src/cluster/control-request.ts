import type {ErrorData, JobStatus} from '../core/index.js'
import type {FailureView} from '../metrics/index.js'

/** What another process may ask of the JobManager in this one. */
export type ControlRequest =
  | {readonly kind: 'list'}
  | {readonly kind: 'cancel'; readonly jobId: string}
  | {
      readonly kind: 'savepoint'
      readonly jobId: string
      /** Absolute; default: execution.checkpointing.savepoint-dir. */
      readonly directory?: string
      readonly thenStop?: 'suspend' | 'drain'
    }
  | {readonly kind: 'failures'; readonly jobId: string}

export interface ListedJob {
  readonly jobId: string
  readonly name: string
  readonly status: JobStatus
  /** Milliseconds since the epoch. */
  readonly startedAtMs: number
  readonly restarts: number
  readonly checkpoints: number
}

/** The answer to each kind of request. */
export interface ControlAnswers {
  readonly list: readonly ListedJob[]
  readonly cancel: null
  /** The savepoint's folder. */
  readonly savepoint: string
  readonly failures: readonly FailureView[]
}

export type ControlResponse = {readonly ok: unknown} | {readonly error: ErrorData}

/** In the run directory. */
export const CONTROL_SOCKET = 'ctl.sock'

/** A longer request or answer is refused: nothing that is asked for needs it. */
export const CONTROL_LINE_BYTES_MAX = 4 * 1024 * 1024
