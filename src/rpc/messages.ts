import type {
  AccumulatorSnapshots,
  AllocationId,
  CheckpointOptions,
  CheckpointReport,
  ErrorData,
  ExecutionAttemptId,
  ExecutionState,
  JobId,
  JobVertexId,
  Split,
  TaskManagerId,
  WatermarkReport,
} from '../core/index.js'
import type {TaskDeployment} from '../graph/index.js'
import type {TaskMetricsSnapshot} from '../metrics/index.js'

/** Raised when a message changes its meaning; both sides refuse another version by name. */
export const RPC_PROTOCOL_VERSION = 1

/** The sequence of a report that no heartbeat has asked for; heartbeats count from 1. */
export const UNASKED_REPORT = 0

/** Bytes of a TaskManager's memory by component, as Flink divides it. */
export interface TaskManagerMemory {
  readonly totalBytes: number
  readonly frameworkHeapBytes: number
  readonly taskHeapBytes: number
  readonly managedBytes: number
  readonly networkBytes: number
}

/** A named, timed phase of a TaskManager's start. */
export interface StartupPhase {
  readonly name: 'argument parsing' | 'service registration' | 'slot initialisation'
  readonly durationMs: number
}

export interface TaskReport {
  readonly attemptId: ExecutionAttemptId
  readonly slotIndex: number
  readonly metrics: TaskMetricsSnapshot
}

export interface HeartbeatReport {
  readonly tasks: readonly TaskReport[]
  readonly rssBytes: number
  readonly heapUsedBytes: number
  readonly managedUsedBytes: number
  readonly networkBuffersUsed: number
  readonly networkBuffersTotal: number
  readonly cpuMs: number
}

/** From a TaskManager to the JobManager. */
export type TaskManagerMessage =
  | {
      readonly kind: 'registerTaskManager'
      readonly protocolVersion: number
      readonly taskManagerId: TaskManagerId
      readonly pid: number
      /** The data socket of each slot, by slot index. */
      readonly dataAddresses: readonly string[]
      readonly memory: TaskManagerMemory
      readonly startup: readonly StartupPhase[]
    }
  | {
      readonly kind: 'offerSlot'
      readonly jobId: JobId
      readonly allocationId: AllocationId
      readonly slotIndex: number
    }
  | {
      readonly kind: 'slotRefused'
      readonly allocationId: AllocationId
      readonly slotIndex: number
      readonly reason: string
    }
  | {
      readonly kind: 'taskStateChanged'
      readonly attemptId: ExecutionAttemptId
      readonly state: ExecutionState
      readonly error?: ErrorData
      /** With a terminal state: the task's last figures and its reports (see OperatorContext.report). */
      readonly metrics?: TaskMetricsSnapshot
      readonly reports?: Readonly<Record<string, number>>
      /** With a terminal state, where its functions have added something up. */
      readonly accumulators?: AccumulatorSnapshots
    }
  /** A source subtask of an aligned group; answered by `watermarkLimit`. */
  | ({readonly kind: 'reportWatermark'; readonly attemptId: ExecutionAttemptId} & WatermarkReport)
  | {
      readonly kind: 'requestSplit'
      readonly vertexId: JobVertexId
      readonly attemptId: ExecutionAttemptId
      readonly subtaskIndex: number
    }
  /** Answers the heartbeat of that sequence; `UNASKED_REPORT` follows the registration and precedes the end of the last task. */
  | {readonly kind: 'heartbeatReport'; readonly sequence: number; readonly report: HeartbeatReport}
  | CheckpointReport
  | {readonly kind: 'slotFreed'; readonly slotIndex: number; readonly allocationId: AllocationId}
  | {readonly kind: 'unregister'; readonly reason: string; readonly error?: ErrorData}

/** From the JobManager to a TaskManager. */
export type JobManagerMessage =
  | {
      readonly kind: 'registrationAccepted'
      readonly heartbeatIntervalMs: number
      readonly heartbeatTimeoutMs: number
      /** Where there are standbys: messages of a leader with a smaller one are refused. */
      readonly leaderToken?: number
    }
  | {readonly kind: 'registrationRefused'; readonly reason: string}
  | {
      readonly kind: 'requestSlot'
      readonly jobId: JobId
      readonly allocationId: AllocationId
      readonly slotIndex: number
    }
  | {readonly kind: 'freeSlot'; readonly allocationId: AllocationId; readonly slotIndex: number}
  /** Tasks of one slot arrive together, consumers before or after their producers. */
  | {readonly kind: 'submitTasks'; readonly tasks: readonly TaskDeployment[]}
  | {readonly kind: 'cancelTask'; readonly attemptId: ExecutionAttemptId}
  /** How far event time may go in that source subtask. */
  | {
      readonly kind: 'watermarkLimit'
      readonly attemptId: ExecutionAttemptId
      readonly group: string
      readonly limitMs: number
    }
  | {
      readonly kind: 'assignSplits'
      readonly attemptId: ExecutionAttemptId
      readonly splits: readonly Split[]
      readonly noMoreSplits: boolean
    }
  /** To source tasks, and to tasks whose producers have all finished: they put the barrier into their streams. */
  | {
      readonly kind: 'triggerCheckpoint'
      readonly attemptId: ExecutionAttemptId
      readonly checkpointId: number
      readonly timestampMs: number
      readonly options: CheckpointOptions
    }
  /** To all tasks: sinks commit. */
  | {readonly kind: 'checkpointCompleted'; readonly attemptId: ExecutionAttemptId; readonly checkpointId: number}
  | {readonly kind: 'checkpointAborted'; readonly attemptId: ExecutionAttemptId; readonly checkpointId: number}
  | {readonly kind: 'heartbeat'; readonly sequence: number}
  | {readonly kind: 'shutdown'; readonly reason: string}
