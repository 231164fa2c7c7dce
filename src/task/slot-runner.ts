import {assert, type CheckpointBarrier, type ExecutionAttemptId, FtsError, type Split} from '../core/index.js'
import type {TaskDeployment} from '../graph/index.js'
import {TASK_METRICS_BYTES, TaskMetrics} from '../metrics/index.js'
import type {Timer} from '../platform/index.js'
import {type Slot, type SlotRunnerParts, TASKS_PER_SLOT_MAX} from './contract.js'
import {Task} from './task.js'

/**
 * How long tasks run before the event loop serves the sockets. Long enough that a turn of the loop (about 5 µs) costs
 * nothing, short enough that credit and data keep flowing: measured flat between 0.1 and 1 ms.
 */
const TURN_BUDGET_MS = 0.3

/** How often waiting tasks book their time, so that the screen sees it. */
const BOOK_PERIOD_MS = 200

/**
 * The thread of one slot: runs the subtasks that share it in turns, a batch each, and yields to the event loop
 * between turns, where sockets, files and the TaskManager's messages are served.
 */
export class SlotRunner implements Slot {
  private readonly tasks = new Map<ExecutionAttemptId, Task>()
  private readonly runnable = new Set<Task>()
  private readonly freeBlocks = Array.from({length: TASKS_PER_SLOT_MAX}, (_, i) => TASKS_PER_SLOT_MAX - 1 - i)
  private turnScheduled = false
  private booking: Timer | undefined

  constructor(private readonly parts: SlotRunnerParts) {
    assert(
      parts.metricsMemory.byteLength >= TASKS_PER_SLOT_MAX * TASK_METRICS_BYTES,
      'a slot has all its blocks of counters',
    )
  }

  /** Creates the tasks of one deployment first and opens them after, so that local channels find each other. */
  deploy(deployments: readonly TaskDeployment[]): void {
    const created = deployments.map((deployment) => this.create(deployment))
    for (const task of created) task?.open()
  }

  cancel(attemptId: ExecutionAttemptId): void {
    this.tasks.get(attemptId)?.cancel()
  }

  assignSplits(attemptId: ExecutionAttemptId, splits: readonly Split[], noMoreSplits: boolean): void {
    this.tasks.get(attemptId)?.assignSplits(splits, noMoreSplits)
  }

  watermarkLimit(attemptId: ExecutionAttemptId, group: string, limitMs: number): void {
    this.tasks.get(attemptId)?.watermarkLimit(group, limitMs)
  }

  triggerCheckpoint(attemptId: ExecutionAttemptId, barrier: CheckpointBarrier): void {
    this.tasks.get(attemptId)?.triggerCheckpoint(barrier)
  }

  checkpointCompleted(attemptId: ExecutionAttemptId, checkpointId: number): void {
    this.tasks.get(attemptId)?.checkpointCompleted(checkpointId)
  }

  checkpointAborted(attemptId: ExecutionAttemptId, checkpointId: number): void {
    this.tasks.get(attemptId)?.checkpointAborted(checkpointId)
  }

  async close(): Promise<void> {
    for (const task of [...this.tasks.values()]) task.cancel()
    this.booking?.cancel()
    await this.parts.shuffle.close()
    await this.parts.io.close()
  }

  private create(deployment: TaskDeployment): Task | undefined {
    const block = this.freeBlocks.pop()
    if (block === undefined) {
      this.refuse(deployment)
      return undefined
    }
    const metrics = new TaskMetrics(this.parts.metricsMemory, block)
    metrics.clear()
    const task: Task = new Task({
      deployment,
      parts: this.parts,
      metrics,
      metricsBlock: block,
      schedule: () => this.schedule(task),
      ended: () => this.forget(task, block),
    })
    this.tasks.set(deployment.attemptId, task)
    this.keepBooking()
    return task
  }

  private refuse(deployment: TaskDeployment): void {
    const error = new FtsError(
      'user',
      'FTS_TOO_MANY_TASKS',
      `slot ${deployment.slotIndex} already runs ${TASKS_PER_SLOT_MAX} tasks, the most a slot takes`,
      {slotIndex: deployment.slotIndex},
      {tryThis: 'Spread the job over more slots with --no-slot-sharing or slot sharing groups.'},
    )
    this.parts.events.taskStateChanged({
      attemptId: deployment.attemptId,
      state: 'FAILED',
      metricsBlock: 0,
      error: error.toData(),
    })
  }

  private forget(task: Task, block: number): void {
    this.tasks.delete(task.attemptId)
    this.runnable.delete(task)
    this.freeBlocks.push(block)
    if (this.tasks.size > 0) return
    this.booking?.cancel()
    this.booking = undefined
  }

  private schedule(task: Task): void {
    this.runnable.add(task)
    if (this.turnScheduled) return
    this.turnScheduled = true
    setImmediate(this.turn)
  }

  /** Runs the runnable tasks round robin until the budget is used up or none is left. */
  private readonly turn = (): void => {
    this.turnScheduled = false
    const end = performance.now() + TURN_BUDGET_MS
    do {
      for (const task of [...this.runnable]) {
        this.runnable.delete(task)
        if (task.step() === 'busy' && !task.isEnded) this.runnable.add(task)
      }
    } while (this.runnable.size > 0 && performance.now() < end)
    if (this.runnable.size === 0 || this.turnScheduled) return
    this.turnScheduled = true
    setImmediate(this.turn)
  }

  private keepBooking(): void {
    this.booking ??= this.parts.timers.every(BOOK_PERIOD_MS, () => {
      for (const task of this.tasks.values()) task.bookTime()
    })
  }
}
