import type {JobId, TaskManagerId} from '../core/index.js'

/** The timers that decisions ask for. At most one of a name and owner runs. */
export type TimerName =
  /** A job has waited long enough for its slots. */
  | {readonly kind: 'slotRequest'; readonly jobId: JobId}
  /** Cancelled tasks have had long enough to stop. */
  | {readonly kind: 'cancellation'; readonly jobId: JobId}
  /** The pause before a restart has passed. */
  | {readonly kind: 'restart'; readonly jobId: JobId}
  | {readonly kind: 'periodicCheckpoint'; readonly jobId: JobId}
  | {readonly kind: 'checkpointTimeout'; readonly jobId: JobId; readonly checkpointId: number}
  /** TaskManagers of a leader before have had long enough to register. */
  | {readonly kind: 'takeover'}
  /** A process that was started has had long enough to register. */
  | {readonly kind: 'registration'; readonly taskManagerId: TaskManagerId}
  /** A lost TaskManager's exit status has been awaited long enough. */
  | {readonly kind: 'exitStatus'; readonly taskManagerId: TaskManagerId}

/** The same for equal timers. */
export function timerKey(timer: TimerName): string {
  if (timer.kind === 'takeover') return timer.kind
  if (timer.kind === 'exitStatus' || timer.kind === 'registration') return `${timer.kind} ${timer.taskManagerId}`
  return `${timer.kind} ${timer.jobId}${timer.kind === 'checkpointTimeout' ? ` ${timer.checkpointId}` : ''}`
}
