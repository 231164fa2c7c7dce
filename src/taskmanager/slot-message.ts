import type {CheckpointReport, ErrorData, ExecutionAttemptId, Split, WatermarkReport} from '../core/index.js'
import type {TaskDeployment} from '../graph/index.js'
import type {SlotMemory} from '../memory/index.js'
import type {CheckpointMessage} from './task-executor-effect.js'
import type {SplitRequest, TaskStateChange} from './task-executor-event.js'

/** Given to a slot's thread when it is made; threads may be made before anything else is known. */
export interface SlotThreadData {
  /** TASKS_PER_SLOT_MAX blocks of counters. */
  readonly metricsMemory: SharedArrayBuffer
  readonly gaugesMemory: SharedArrayBuffer
  /** By `performance.now()`, which counts from the start of the process in every thread. */
  readonly createdMs: number
}

/** All that a slot's services are built from. */
export interface SlotSettings {
  readonly taskManagerId: string
  readonly slotIndex: number
  readonly runDirectory: string
  /** The socket on which the slot receives data. */
  readonly dataAddress: string
  readonly config: Readonly<Record<string, string>>
  readonly memory: SlotMemory
  /** Compiled once a process; absent where WebAssembly with SIMD is missing. */
  readonly wordModule: WebAssembly.Module | undefined
}

/** From the main thread to a slot's thread. `start` comes first; what comes before the slot is ready waits. */
export type ToSlotMessage =
  | {readonly kind: 'start'; readonly settings: SlotSettings}
  | {readonly kind: 'deploy'; readonly tasks: readonly TaskDeployment[]}
  | {readonly kind: 'cancel'; readonly attemptId: ExecutionAttemptId}
  | {
      readonly kind: 'assignSplits'
      readonly attemptId: ExecutionAttemptId
      readonly splits: readonly Split[]
      readonly noMoreSplits: boolean
    }
  | {readonly kind: 'checkpoint'; readonly message: CheckpointMessage}
  | {
      readonly kind: 'watermarkLimit'
      readonly attemptId: ExecutionAttemptId
      readonly group: string
      readonly limitMs: number
    }
  | {readonly kind: 'close'}

/** From a slot's thread to the main thread. */
export type FromSlotMessage =
  /** Listens and takes tasks. The time is from the thread's creation, without its wait for `start`. */
  | {readonly kind: 'ready'; readonly initialisationMs: number}
  | {readonly kind: 'failed'; readonly error: ErrorData}
  | {readonly kind: 'taskStateChanged'; readonly change: TaskStateChange}
  | {readonly kind: 'splitRequested'; readonly request: SplitRequest}
  | {readonly kind: 'checkpointReported'; readonly report: CheckpointReport}
  | {readonly kind: 'watermarkReported'; readonly attemptId: ExecutionAttemptId; readonly report: WatermarkReport}
  /** `hasPendingCalls`: a system call is still under way, which an exit of the process would wait for. */
  | {readonly kind: 'closed'; readonly hasPendingCalls: boolean; readonly error?: ErrorData}
