import {FtsError} from '../core/index.js'
import type {JobGraphSpec} from '../graph/index.js'
import type {JobResult, JobView} from '../metrics/index.js'

/** A job that runs, and who waits for its result. */
export interface AwaitedJob {
  readonly graph: JobGraphSpec
  readonly startedAtMs: number
  ended(result: JobResult): void
  /** Its end has been decided, and is about to be told. */
  isEnding?: true
}

/** What a decision threw: nothing but a bug of ours does, so it is said to be one. */
export function jobManagerBroken(thrown: unknown): FtsError {
  if (thrown instanceof FtsError) return thrown
  const what = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)
  const error = new FtsError('invariant', 'FTS_JOBMANAGER_BROKEN', `the JobManager cannot go on: ${what}`, {})
  if (thrown instanceof Error && thrown.stack !== undefined) error.stack = thrown.stack
  return error
}

/** The end of a job of which nothing else can be said any more. */
export function brokenResult(job: AwaitedJob, error: FtsError, nowMs: number): JobResult {
  const {
    graph: {jobId, name, mode},
    startedAtMs,
  } = job
  const durationMs = nowMs - startedAtMs
  const nothing = {vertices: [], edges: [], taskManagers: []}
  const view: JobView = {jobId, name, mode, status: 'FAILED', startedAtMs, durationMs, ...nothing}
  return {status: 'FAILED', view, reports: {}, error: error.toData()}
}
