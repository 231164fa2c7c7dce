import type {ErrorData} from '../core/index.js'

/** A sink whose reader has gone (`| head`): the job ends quietly, CANCELED with this code. */
export const OUTPUT_CLOSED = 'FTS_OUTPUT_CLOSED'

export const TASK_MANAGER_LOST = 'FTS_TASKMANAGER_LOST'

/** What a TaskManager says that ends itself because a cancelled task does not stop: a consequence, never a cause. */
export const TASK_STUCK = 'FTS_TASK_STUCK'

export const STATE_FILE_DAMAGED = 'FTS_STATE_FILE_DAMAGED'

/** What a user's function throws may be a matter of the moment (a service that does not answer): as in Flink, the strategy decides. */
const USER_EXCEPTIONS: readonly string[] = ['FTS_USER_FUNCTION', 'FTS_UNEXPECTED']

/** Whether a restart could help. */
export function isRecoverable(error: ErrorData): boolean {
  return error.kind === 'restartable' || USER_EXCEPTIONS.includes(error.code)
}

/** A process or a slot's thread has ended. */
const LOSSES: readonly string[] = [TASK_MANAGER_LOST, 'FTS_SLOT_LOST', 'FTS_SLOT_OUT_OF_MEMORY']

/**
 * How well an error explains why a job failed. When a task, a thread or a process dies, its neighbours report broken connections, and their
 * reports may arrive first; so the first of the most telling errors is the cause.
 */
export function rankOfCause(error: ErrorData): number {
  if (error.kind !== 'restartable') return 2
  return LOSSES.includes(error.code) ? 1 : 0
}

/**
 * A consumer whose producer failed reports the producer's error inside its own, and may be heard first: the innermost is what
 * happened.
 */
export function originOf(error: ErrorData): ErrorData {
  let origin = error
  while (origin.code === 'FTS_PRODUCER_FAILED' && origin.cause !== undefined) origin = origin.cause
  return origin
}
