import type {FoundCheckpoint, RecoveredCheckpoints, SavepointRequest} from '../checkpoint/index.js'
import type {ErrorData, JobId, TaskManagerId} from '../core/index.js'
import type {JobGraphSpec} from '../graph/index.js'
import type {TaskManagerMessage} from '../rpc/index.js'
import type {RecoveredJob} from './recovered-job.js'
import type {ProcessExit} from './task-manager-record.js'
import type {TimerName} from './timer-name.js'

/** What can happen to the control plane, from outside. */
export type ControlEvent =
  /** So many TaskManagers have been started; each will register or be reported as exited. */
  | {readonly kind: 'taskManagersExpected'; readonly count: number; readonly slotsEach: number}
  /** The processes of TaskManagers that are expected: one that does not register in time is killed. */
  | {readonly kind: 'taskManagersStarted'; readonly taskManagerIds: readonly TaskManagerId[]}
  | {readonly kind: 'jobSubmitted'; readonly graph: JobGraphSpec; readonly recovered?: RecoveredJob}
  /** TaskManagers of a leader before: no slot is given before each has registered here, or has ended. */
  | {readonly kind: 'taskManagersLeft'; readonly taskManagerIds: readonly TaskManagerId[]}
  | {readonly kind: 'cancelRequested'; readonly jobId: JobId}
  /** The first message is its registration. */
  | {readonly kind: 'message'; readonly taskManagerId: TaskManagerId; readonly message: TaskManagerMessage}
  | {readonly kind: 'connectionClosed'; readonly taskManagerId: TaskManagerId}
  | {readonly kind: 'taskManagerExited'; readonly taskManagerId: TaskManagerId; readonly exit: ProcessExit}
  | {readonly kind: 'taskManagerSilent'; readonly taskManagerId: TaskManagerId; readonly silentMs: number}
  | {readonly kind: 'savepointRequested'; readonly jobId: JobId; readonly request: SavepointRequest}
  /** Answers of the disk. */
  | {readonly kind: 'checkpointEvent'; readonly jobId: JobId; readonly event: CheckpointEvent}
  | {readonly kind: 'timerFired'; readonly timer: TimerName}
  | {readonly kind: 'shutdownRequested'; readonly reason: string}

/** What became of something that the checkpoints of a job asked the disk for. */
export type CheckpointEvent =
  | {
      readonly kind: 'opened'
      readonly restored: FoundCheckpoint | undefined
      /** Of a job that is taken over. */
      readonly recovered?: RecoveredCheckpoints
    }
  | {readonly kind: 'openFailed'; readonly error: ErrorData}
  | {readonly kind: 'folderMade'; readonly checkpointId: number}
  | {readonly kind: 'folderFailed'; readonly checkpointId: number; readonly error: ErrorData}
  | {readonly kind: 'stored'; readonly checkpointId: number; readonly metadataBytes: number}
  | {readonly kind: 'storeFailed'; readonly checkpointId: number; readonly error: ErrorData}
