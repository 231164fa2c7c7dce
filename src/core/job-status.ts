import type {Moves} from './states.js'

/**
 * The life of a job. Source: Flink 2.3 JobStatus (CANCELLING has two Ls here and one for a task, as in Flink).
 *
 *   INITIALIZING ─▶ CREATED ─▶ RUNNING ─▶ FINISHED
 *                      │          ├─▶ RESTARTING ─▶ CREATED | RUNNING
 *                      │          ├─▶ FAILING ─▶ FAILED
 *                      └──────────┴─▶ CANCELLING ─▶ CANCELED
 */
export type JobStatus =
  | 'INITIALIZING'
  | 'CREATED'
  | 'RUNNING'
  | 'RESTARTING'
  | 'FAILING'
  | 'FAILED'
  | 'CANCELLING'
  | 'CANCELED'
  | 'FINISHED'
  | 'SUSPENDED'

export const JOB_MOVES = {
  INITIALIZING: ['CREATED', 'FAILED', 'CANCELLING', 'SUSPENDED'],
  CREATED: ['RUNNING', 'FAILING', 'CANCELLING', 'SUSPENDED'],
  RUNNING: ['RESTARTING', 'FAILING', 'CANCELLING', 'FINISHED', 'SUSPENDED'],
  RESTARTING: ['CREATED', 'RUNNING', 'FAILING', 'CANCELLING', 'SUSPENDED'],
  FAILING: ['FAILED', 'SUSPENDED'],
  CANCELLING: ['CANCELED', 'FAILING', 'FINISHED', 'SUSPENDED'],
  FINISHED: [],
  CANCELED: [],
  FAILED: [],
  SUSPENDED: [],
} as const satisfies Moves<JobStatus>

export function isTerminalJob(status: JobStatus): boolean {
  return JOB_MOVES[status].length === 0
}
