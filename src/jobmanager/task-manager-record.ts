import type {AllocationId, JobId, Moves, TaskManagerId} from '../core/index.js'
import type {HeartbeatReport, StartupPhase, TaskManagerMemory} from '../rpc/index.js'
import type {SlotState} from './slot-state.js'

/**
 * The life of a TaskManager as the JobManager sees it. An id is used once.
 *
 *   REGISTERED ─▶ LEAVING ─▶ LOST     LEAVING: its connection closed or its process ended, and the other of the two
 *        └────────────────────▶       is still awaited for a moment, because it tells why
 */
export type TaskManagerState = 'REGISTERED' | 'LEAVING' | 'LOST'

export const TASK_MANAGER_MOVES = {
  REGISTERED: ['LEAVING', 'LOST'],
  LEAVING: ['LOST'],
  LOST: [],
} as const satisfies Moves<TaskManagerState>

/** How a process ended, as Node tells it. */
export interface ProcessExit {
  readonly code: number | null
  readonly signal: string | null
}

export interface SlotRecord {
  readonly slotIndex: number
  readonly dataAddress: string
  state: SlotState
  /** Of the job that has the slot; absent when FREE. */
  allocation: {readonly jobId: JobId; readonly allocationId: AllocationId} | undefined
}

export interface TaskManagerRecord {
  readonly taskManagerId: TaskManagerId
  readonly pid: number
  readonly memory: TaskManagerMemory
  readonly startup: readonly StartupPhase[]
  readonly slots: readonly SlotRecord[]
  state: TaskManagerState
  exit: ProcessExit | undefined
  connectionClosed: boolean
  lastReport: HeartbeatReport | undefined
}
