import {type AllocationId, assert, type ExecutionAttemptId, type JobId, move} from '../core/index.js'
import {TASK_SLOT_MOVES, type TaskSlotState} from './task-slot-state.js'

export interface SlotAllocation {
  readonly jobId: JobId
  readonly allocationId: AllocationId
}

/** A task that a slot has been given and that has not ended. */
export interface SlotTask {
  readonly attemptId: ExecutionAttemptId
  readonly slotIndex: number
  /** Its block in the slot's shared memory, once it has one. */
  metricsBlock: number | undefined
  isCanceling: boolean
}

interface TaskSlot {
  state: TaskSlotState
  allocation: SlotAllocation | undefined
  readonly tasks: Map<ExecutionAttemptId, SlotTask>
}

/** A TaskManager's slots: their states, who has them, what runs in them. */
export class SlotTable {
  private readonly slots: readonly TaskSlot[]
  private readonly tasks = new Map<ExecutionAttemptId, SlotTask>()

  constructor(readonly slotCount: number) {
    this.slots = Array.from({length: slotCount}, () => ({state: 'FREE', allocation: undefined, tasks: new Map()}))
  }

  /** Undefined for a slot that does not exist. */
  stateOf(slotIndex: number): TaskSlotState | undefined {
    return this.slots[slotIndex]?.state
  }

  allocationOf(slotIndex: number): SlotAllocation | undefined {
    return this.slots[slotIndex]?.allocation
  }

  isAllocatedTo(slotIndex: number, allocation: SlotAllocation): boolean {
    const actual = this.allocationOf(slotIndex)
    return actual?.allocationId === allocation.allocationId && actual.jobId === allocation.jobId
  }

  allocate(slotIndex: number, allocation: SlotAllocation): void {
    this.moveSlot(slotIndex, 'ALLOCATED')
    this.slots[slotIndex].allocation = allocation
  }

  /** A slot that already is active takes more tasks of its job. */
  activate(slotIndex: number, attemptIds: readonly ExecutionAttemptId[]): void {
    const slot = this.slots[slotIndex]
    if (slot.state !== 'ACTIVE') this.moveSlot(slotIndex, 'ACTIVE')
    for (const attemptId of attemptIds) {
      assert(!this.tasks.has(attemptId), 'an attempt is deployed once', {attemptId})
      const task: SlotTask = {attemptId, slotIndex, metricsBlock: undefined, isCanceling: false}
      slot.tasks.set(attemptId, task)
      this.tasks.set(attemptId, task)
    }
  }

  release(slotIndex: number): void {
    this.moveSlot(slotIndex, 'RELEASING')
  }

  /** Answers the allocation that has ended. */
  free(slotIndex: number): SlotAllocation {
    const slot = this.slots[slotIndex]
    const {allocation} = slot
    assert(allocation !== undefined && slot.tasks.size === 0, 'a slot is freed once, without tasks', {slotIndex})
    this.moveSlot(slotIndex, 'FREE')
    slot.allocation = undefined
    return allocation
  }

  task(attemptId: ExecutionAttemptId): SlotTask | undefined {
    return this.tasks.get(attemptId)
  }

  tasksOf(slotIndex: number): readonly SlotTask[] {
    return [...this.slots[slotIndex].tasks.values()]
  }

  allTasks(): readonly SlotTask[] {
    return [...this.tasks.values()]
  }

  removeTask(task: SlotTask): void {
    this.tasks.delete(task.attemptId)
    this.slots[task.slotIndex].tasks.delete(task.attemptId)
  }

  private moveSlot(slotIndex: number, to: TaskSlotState): void {
    const slot = this.slots[slotIndex]
    slot.state = move(TASK_SLOT_MOVES, `slot ${slotIndex}`, slot.state, to)
  }
}
