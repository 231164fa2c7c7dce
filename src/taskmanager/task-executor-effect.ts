import type {ExecutionAttemptId, Split} from '../core/index.js'
import type {TaskDeployment} from '../graph/index.js'
import type {JobManagerMessage, TaskManagerMessage} from '../rpc/index.js'

/** What the JobMaster says of a checkpoint to one task. */
export type CheckpointMessage = Extract<
  JobManagerMessage,
  {kind: 'triggerCheckpoint' | 'checkpointCompleted' | 'checkpointAborted'}
>

/** What a TaskExecutor wants done. */
export type TaskExecutorEffect =
  | {readonly kind: 'send'; readonly message: TaskManagerMessage}
  | {readonly kind: 'deploy'; readonly slotIndex: number; readonly tasks: readonly TaskDeployment[]}
  | {readonly kind: 'cancelTask'; readonly slotIndex: number; readonly attemptId: ExecutionAttemptId}
  | {
      readonly kind: 'assignSplits'
      readonly slotIndex: number
      readonly attemptId: ExecutionAttemptId
      readonly splits: readonly Split[]
      readonly noMoreSplits: boolean
    }
  | {
      readonly kind: 'watermarkLimit'
      readonly slotIndex: number
      readonly attemptId: ExecutionAttemptId
      readonly group: string
      readonly limitMs: number
    }
  | {readonly kind: 'checkpoint'; readonly slotIndex: number; readonly message: CheckpointMessage}
  | {readonly kind: 'sendHeartbeatReport'; readonly sequence: number}
  | {readonly kind: 'startCancellationTimer'; readonly attemptId: ExecutionAttemptId}
  | {readonly kind: 'stopCancellationTimer'; readonly attemptId: ExecutionAttemptId}
  | {readonly kind: 'replaceSlotThread'; readonly slotIndex: number}
  /** Close the slots, clean up, exit. With `atOnce` nobody is waited for: a thread may be stuck. */
  | {readonly kind: 'endProcess'; readonly exitCode: number; readonly atOnce: boolean}
