import type {AllocationId, ErrorData, JobId, TaskManagerId} from '../core/index.js'
import type {SlotLocation} from '../graph/index.js'
import type {SlotRequirement} from './slot-requirement.js'

/** A slot that its TaskManager has offered to a job. */
export interface OfferedSlot {
  readonly allocationId: AllocationId
  readonly location: SlotLocation
}

/** A TaskManager that will not come back. */
export interface TaskManagerLoss {
  readonly taskManagerId: TaskManagerId
  /** Absent if it ended before it registered. */
  readonly pid: number | undefined
  /** Goes on after its name: `was killed by SIGKILL`. */
  readonly how: string
  readonly tryThis: string
  /** What it said itself before it left. */
  readonly error: ErrorData | undefined
}

/** What the parts of the control plane tell each other; handled in order, before the next event from outside. */
export type InternalEvent =
  | {readonly kind: 'slotsRequired'; readonly requirement: SlotRequirement}
  /** The job has all slots of its requirement. */
  | {readonly kind: 'slotsFulfilled'; readonly jobId: JobId; readonly slots: readonly OfferedSlot[]}
  | {readonly kind: 'slotsUnavailable'; readonly jobId: JobId; readonly error: ErrorData}
  /** A TaskManager has given up a slot by itself. */
  | {readonly kind: 'slotLost'; readonly jobId: JobId; readonly allocationId: AllocationId}
  | {readonly kind: 'slotsReleased'; readonly jobId: JobId}
  | {readonly kind: 'taskManagerLost'; readonly loss: TaskManagerLoss}
  /** A job wants the process killed: its task does not stop. */
  | {readonly kind: 'taskManagerStuck'; readonly taskManagerId: TaskManagerId; readonly reason: string}
