import type {StateFiles} from '../checkpoint/index.js'
import type {
  AccumulatorSnapshots,
  CheckpointBarrier,
  CheckpointReport,
  ErrorData,
  ExecutionAttemptId,
  ExecutionState,
  JobVertexId,
  Split,
  WatermarkReport,
} from '../core/index.js'
import type {PartitionerSpec, TaskDeployment} from '../graph/index.js'
import type {IOManager} from '../io/index.js'
import type {MemoryManager} from '../memory/index.js'
import type {TaskMetricsSnapshot} from '../metrics/index.js'
import type {OperatorContext, OperatorInstance, OperatorRegistry} from '../operators/index.js'
import type {Timers} from '../platform/index.js'
import type {PartitionFunctions, ShuffleEnvironment} from '../shuffle/index.js'

type ProcessingTimeService = NonNullable<OperatorContext['processingTime']>

/** Blocks of counters in a slot's shared memory; a slot that runs more tasks at once is refused the next one. */
export const TASKS_PER_SLOT_MAX = 128

/** What a slot tells its TaskManager. */
export interface SlotEvents {
  /** `metricsBlock` is the task's block in the slot's shared memory, from INITIALIZING until the terminal state. */
  taskStateChanged(change: {
    readonly attemptId: ExecutionAttemptId
    readonly state: ExecutionState
    readonly metricsBlock: number
    readonly error?: ErrorData
    readonly metrics?: TaskMetricsSnapshot
    readonly reports?: Readonly<Record<string, number>>
    readonly accumulators?: AccumulatorSnapshots
  }): void
  requestSplit(request: {
    readonly vertexId: JobVertexId
    readonly attemptId: ExecutionAttemptId
    readonly subtaskIndex: number
  }): void
  checkpointReported(report: CheckpointReport): void
  /** Of aligned sources. Absent: nobody puts them together, and none waits. */
  watermarkReported?(attemptId: ExecutionAttemptId, report: WatermarkReport): void
}

/** What a job's own program contributes to its tasks; the program has been loaded in the slot's thread. */
export interface JobFunctions {
  /** The operator of a node whose factory is USER_FACTORY; undefined if the program has none with this id. */
  makeOperator(operatorId: string, config: unknown): OperatorInstance | undefined
  /** Key selector and partition function of an exchange. */
  partitionFunctions(partitioner: PartitionerSpec): PartitionFunctions
}

/** What a slot does with files of state. */
export interface TaskStateFiles extends Pick<StateFiles, 'read'> {
  create(...args: Parameters<StateFiles['create']>): TaskStateFileWriter
}

export type TaskStateFileWriter = Pick<
  ReturnType<StateFiles['create']>,
  'append' | 'queuedBytes' | 'hasFailed' | 'close' | 'abandon'
>

export interface SlotRunnerParts {
  readonly shuffle: ShuffleEnvironment
  /** Built-in operators. */
  readonly registry: OperatorRegistry
  /** Looked up for each deployment; undefined for jobs without a program. */
  functionsOf?(deployment: TaskDeployment): JobFunctions | undefined
  readonly memory: MemoryManager
  readonly io: IOManager
  /** Where the keyed state of a deployment is kept; absent, or undefined: in memory. */
  stateStorageOf?(deployment: TaskDeployment): OperatorContext['stateStorage']
  /** Where snapshots are written and read; absent where there are no checkpoints. */
  readonly stateFiles?: TaskStateFiles
  /** TASKS_PER_SLOT_MAX blocks of TASK_METRICS_BYTES. */
  readonly metricsMemory: SharedArrayBuffer
  readonly events: SlotEvents
  readonly timers: Timers
  /** Shows the user a sentence now. Absent: nobody listens. */
  notify?(sentence: string): void
  /** Processing time as operators see it; default: the clock and the timers. */
  readonly processingTime?: ProcessingTimeService
  nowMs(): number
}

/** Runs the subtasks of one slot, all in one thread, and is told what to do by the TaskManager's messages. */
export interface Slot {
  deploy(tasks: readonly TaskDeployment[]): void
  cancel(attemptId: ExecutionAttemptId): void
  assignSplits(attemptId: ExecutionAttemptId, splits: readonly Split[], noMoreSplits: boolean): void
  /** To a source of an aligned group: up to which watermark it may read. */
  watermarkLimit(attemptId: ExecutionAttemptId, group: string, limitMs: number): void
  /** To a source, or a task whose producers have finished: the barrier goes into its stream. */
  triggerCheckpoint(attemptId: ExecutionAttemptId, barrier: CheckpointBarrier): void
  checkpointCompleted(attemptId: ExecutionAttemptId, checkpointId: number): void
  checkpointAborted(attemptId: ExecutionAttemptId, checkpointId: number): void
  /** Cancels what runs, closes operators, gates and partitions. */
  close(): Promise<void>
}
