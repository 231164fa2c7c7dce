import type {CheckpointReport, ErrorData, ExecutionAttemptId, WatermarkReport} from '../core/index.js'
import type {JobManagerMessage} from '../rpc/index.js'
import type {SlotEvents} from '../task/index.js'

export type TaskStateChange = Parameters<SlotEvents['taskStateChanged']>[0]
export type SplitRequest = Parameters<SlotEvents['requestSplit']>[0]

/** What happens to a TaskExecutor. */
export type TaskExecutorEvent =
  | {readonly kind: 'message'; readonly message: JobManagerMessage}
  | {readonly kind: 'taskStateChanged'; readonly change: TaskStateChange}
  | {readonly kind: 'splitRequested'; readonly request: SplitRequest}
  | {readonly kind: 'checkpointReported'; readonly report: CheckpointReport}
  | {readonly kind: 'watermarkReported'; readonly attemptId: ExecutionAttemptId; readonly report: WatermarkReport}
  /** The slot's thread has ended, and with it all that ran in it. */
  | {readonly kind: 'slotThreadLost'; readonly slotIndex: number; readonly error: ErrorData}
  /** A cancelled task has not ended in time. */
  | {readonly kind: 'cancellationTimedOut'; readonly attemptId: ExecutionAttemptId}
  /** Nobody leads it any more: what runs is ended, and another JobManager will find its slots free. */
  | {readonly kind: 'leaderLost'}
  /** The process is asked to stop, or cannot go on. */
  | {
      readonly kind: 'stopRequested'
      readonly reason: string
      readonly exitCode: number
      readonly error?: ErrorData
    }
