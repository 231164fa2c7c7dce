import type {AccumulatorSnapshots, ErrorData, ExecutionState, JobStatus} from '../core/index.js'
import type {CheckpointsView, FailureView, RestoredView} from './failure-view.js'
import type {TaskMetricsSnapshot} from './task-metrics.js'

/**
 * What can be shown of a job: plain data, made by the JobManager from its ExecutionGraph and the last heartbeats, read by
 * the terminal screen, the progress line and the end-of-run summary. Real figures only: what is not known is absent.
 */
export interface JobView {
  readonly jobId: string
  readonly name: string
  readonly mode: 'batch' | 'streaming'
  readonly status: JobStatus
  /** Milliseconds since the epoch. */
  readonly startedAtMs: number
  /** From submission until now, or until the job ended. */
  readonly durationMs: number
  /** In topological order. */
  readonly vertices: readonly VertexView[]
  readonly edges: readonly EdgeView[]
  readonly taskManagers: readonly TaskManagerView[]
  /** Bounded input only. */
  readonly progress?: {readonly doneBytes: number; readonly totalBytes: number}
  /** Since it was submitted; absent: none. */
  readonly restarts?: number
  /** Newest first; absent: none. */
  readonly failures?: readonly FailureView[]
  /** Jobs that take checkpoints, once the first has ended. */
  readonly checkpoints?: CheckpointsView
  readonly restored?: RestoredView
}

export interface VertexView {
  readonly vertexId: string
  readonly name: string
  readonly parallelism: number
  readonly slotSharingGroup: string
  readonly state: ExecutionState
  readonly subtasks: readonly SubtaskView[]
  /** Sums over the subtasks since the start. */
  readonly totals: TaskMetricsSnapshot
  readonly rates: RatesView
}

export interface SubtaskView {
  readonly subtaskIndex: number
  readonly attempt: number
  readonly state: ExecutionState
  readonly taskManagerId?: string
  readonly slotIndex?: number
  readonly metrics: TaskMetricsSnapshot
  readonly rates: RatesView
}

/** Over the last heartbeat interval; of a finished task, over its whole life. Shares are in [0, 1]. */
export interface RatesView {
  readonly recordsInPerSecond: number
  readonly recordsOutPerSecond: number
  readonly bytesInPerSecond: number
  readonly bytesOutPerSecond: number
  readonly busyShare: number
  readonly idleShare: number
  readonly backPressuredShare: number
}

export interface EdgeView {
  readonly source: string
  readonly target: string
  /** FORWARD, HASH, REBALANCE, … */
  readonly shipStrategy: string
}

export interface TaskManagerView {
  readonly taskManagerId: string
  readonly pid: number
  readonly alive: boolean
  readonly startup: readonly {readonly name: string; readonly durationMs: number}[]
  readonly memoryBudgetBytes: number
  readonly managedBudgetBytes: number
  readonly networkBudgetBytes: number
  readonly rssBytes: number
  readonly heapUsedBytes: number
  readonly managedUsedBytes: number
  readonly networkBuffersUsed: number
  readonly networkBuffersTotal: number
  readonly cpuMs: number
  readonly slots: readonly SlotView[]
}

export interface SlotView {
  readonly slotIndex: number
  readonly state: 'free' | 'allocated'
  readonly tasks: readonly {
    readonly vertexId: string
    readonly vertexName: string
    readonly subtaskIndex: number
    readonly state: ExecutionState
  }[]
}

/** The end of a job, as the JobManager tells it. */
export interface JobResult {
  readonly status: 'FINISHED' | 'CANCELED' | 'FAILED'
  readonly view: JobView
  /** Sums of what the operators reported (see OperatorContext.report), by key. */
  readonly reports: Readonly<Record<string, number>>
  /** What functions have added up over all subtasks. Absent: nothing. */
  readonly accumulators?: AccumulatorSnapshots
  readonly error?: ErrorData
}
