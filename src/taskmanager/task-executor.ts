import {
  type CheckpointReport,
  type ErrorData,
  type ExecutionAttemptId,
  FtsError,
  isTerminalExecution,
  type TaskManagerId,
} from '../core/index.js'
import type {TaskDeployment} from '../graph/index.js'
import {type JobManagerMessage, UNASKED_REPORT} from '../rpc/index.js'
import {SlotTable, type SlotTask} from './slot-table.js'
import type {CheckpointMessage, TaskExecutorEffect} from './task-executor-effect.js'
import type {TaskExecutorEvent, TaskStateChange} from './task-executor-event.js'

type Message<Kind extends JobManagerMessage['kind']> = Extract<JobManagerMessage, {kind: Kind}>

/**
 * Decides what a TaskManager does: gives slots to jobs, receives tasks and deploys them into their slots, tells the JobManager what
 * became of them, cancels. Pure: events in, effects out; threads, timers and the connection are its caller's.
 *
 *   requestSlot ─▶ offerSlot      submitTasks ─▶ deploy ─▶ taskStateChanged … terminal      freeSlot ─▶ (cancel) ─▶ slotFreed
 *
 * A message that crossed another on its way (a task that has just ended is cancelled, a slot that is free already is freed) is no error.
 */
export class TaskExecutor {
  private readonly slots: SlotTable
  private isEnding = false

  constructor(
    private readonly of: {
      readonly taskManagerId: TaskManagerId
      readonly slotCount: number
      readonly cancellationTimeoutMs: number
    },
  ) {
    this.slots = new SlotTable(of.slotCount)
  }

  /** Tasks that have been deployed and have not ended, for the heartbeat's report. */
  runningTasks(): readonly Readonly<SlotTask>[] {
    return this.slots.allTasks()
  }

  /** Nobody has a slot. */
  get isIdle(): boolean {
    return this.slotIndexes.every((slotIndex) => this.slots.stateOf(slotIndex) === 'FREE')
  }

  handle(event: TaskExecutorEvent): readonly TaskExecutorEffect[] {
    if (this.isEnding) return []
    switch (event.kind) {
      case 'message':
        return this.handleMessage(event.message)
      case 'taskStateChanged':
        return this.taskStateChanged(event.change)
      case 'splitRequested':
        return [{kind: 'send', message: {kind: 'requestSplit', ...event.request}}]
      case 'checkpointReported':
        return this.checkpointReported(event.report)
      case 'watermarkReported':
        return [{kind: 'send', message: {kind: 'reportWatermark', attemptId: event.attemptId, ...event.report}}]
      case 'slotThreadLost':
        return this.slotThreadLost(event.slotIndex, event.error)
      case 'cancellationTimedOut':
        return this.cancellationTimedOut(event.attemptId)
      case 'leaderLost':
        return this.freeAllSlots()
      case 'stopRequested':
        return this.leave(event)
    }
  }

  private handleMessage(message: JobManagerMessage): readonly TaskExecutorEffect[] {
    switch (message.kind) {
      case 'registrationAccepted':
        return []
      case 'registrationRefused':
        return this.end(1)
      case 'requestSlot':
        return this.requestSlot(message)
      case 'freeSlot':
        return this.freeSlot(message)
      case 'submitTasks':
        return this.submitTasks(message.tasks)
      case 'cancelTask':
        return this.cancelTask(this.slots.task(message.attemptId))
      case 'assignSplits':
        return this.assignSplits(message)
      case 'watermarkLimit':
        return this.watermarkLimit(message)
      case 'triggerCheckpoint':
      case 'checkpointCompleted':
      case 'checkpointAborted':
        return this.checkpoint(message)
      case 'heartbeat':
        return [{kind: 'sendHeartbeatReport', sequence: message.sequence}]
      case 'shutdown':
        return this.end(0)
    }
  }

  private requestSlot({jobId, allocationId, slotIndex}: Message<'requestSlot'>): readonly TaskExecutorEffect[] {
    const offer = {kind: 'send', message: {kind: 'offerSlot', jobId, allocationId, slotIndex}} as const
    const state = this.slots.stateOf(slotIndex)
    if (state === 'FREE') {
      this.slots.allocate(slotIndex, {jobId, allocationId})
      return [offer]
    }
    if (state !== 'RELEASING' && this.slots.isAllocatedTo(slotIndex, {jobId, allocationId})) return [offer]
    return [{kind: 'send', message: {kind: 'slotRefused', allocationId, slotIndex, reason: this.whyRefused(slotIndex)}}]
  }

  private whyRefused(slotIndex: number): string {
    const holder = this.slots.allocationOf(slotIndex)
    if (holder !== undefined) return `slot ${slotIndex} belongs to job ${holder.jobId}`
    return `there is no slot ${slotIndex}: ${this.of.taskManagerId} has ${this.slots.slotCount}`
  }

  private freeSlot({slotIndex, allocationId}: Message<'freeSlot'>): readonly TaskExecutorEffect[] {
    if (this.slots.allocationOf(slotIndex)?.allocationId !== allocationId) return []
    if (this.slots.stateOf(slotIndex) === 'RELEASING') return []
    const tasks = this.slots.tasksOf(slotIndex)
    if (tasks.length === 0) return [this.freed(slotIndex)]
    this.slots.release(slotIndex)
    return tasks.flatMap((task) => this.cancelTask(task))
  }

  private freeAllSlots(): readonly TaskExecutorEffect[] {
    return this.slotIndexes.flatMap((slotIndex) => {
      const allocation = this.slots.allocationOf(slotIndex)
      return allocation === undefined ? [] : this.freeSlot({kind: 'freeSlot', slotIndex, ...allocation})
    })
  }

  private get slotIndexes(): number[] {
    return Array.from({length: this.slots.slotCount}, (_, slotIndex) => slotIndex)
  }

  private freed(slotIndex: number): TaskExecutorEffect {
    const {allocationId} = this.slots.free(slotIndex)
    return {kind: 'send', message: {kind: 'slotFreed', slotIndex, allocationId}}
  }

  /** Tasks of one message may be for several slots; those of one slot are deployed together. */
  private submitTasks(tasks: readonly TaskDeployment[]): readonly TaskExecutorEffect[] {
    const fresh = tasks.filter((task) => this.slots.task(task.attemptId) === undefined)
    const own = fresh.filter((task) => this.accepts(task))
    const foreign = fresh.filter((task) => !own.includes(task))
    const slotIndexes = [...new Set(own.map((task) => task.slotIndex))]
    return [
      ...slotIndexes.map((slotIndex) => this.deploy(slotIndex, own)),
      ...foreign.map((task) => failed(task.attemptId, this.foreign(task))),
    ]
  }

  private accepts(task: TaskDeployment): boolean {
    return this.slots.stateOf(task.slotIndex) !== 'RELEASING' && this.slots.isAllocatedTo(task.slotIndex, task)
  }

  private deploy(slotIndex: number, accepted: readonly TaskDeployment[]): TaskExecutorEffect {
    const tasks = accepted.filter((task) => task.slotIndex === slotIndex)
    this.slots.activate(
      slotIndex,
      tasks.map((task) => task.attemptId),
    )
    return {kind: 'deploy', slotIndex, tasks}
  }

  private foreign({slotIndex, allocationId, vertexName, subtaskIndex}: TaskDeployment): ErrorData {
    const {taskManagerId} = this.of
    const state = this.slots.stateOf(slotIndex) ?? 'missing'
    const actual = this.slots.allocationOf(slotIndex)?.allocationId ?? 'nobody'
    return new FtsError(
      'restartable',
      'FTS_FOREIGN_ALLOCATION',
      `${taskManagerId} refuses ${vertexName} (${subtaskIndex + 1}): slot ${slotIndex} is ${state} and held by ${actual}, not by ${allocationId}`,
      {taskManagerId, slotIndex, allocationId, actual, state},
    ).toData()
  }

  private cancelTask(task: SlotTask | undefined): readonly TaskExecutorEffect[] {
    if (task === undefined || task.isCanceling) return []
    task.isCanceling = true
    const {attemptId, slotIndex} = task
    return [
      {kind: 'startCancellationTimer', attemptId},
      {kind: 'cancelTask', slotIndex, attemptId},
    ]
  }

  private assignSplits({attemptId, splits, noMoreSplits}: Message<'assignSplits'>): readonly TaskExecutorEffect[] {
    const task = this.slots.task(attemptId)
    return task === undefined
      ? []
      : [{kind: 'assignSplits', slotIndex: task.slotIndex, attemptId, splits, noMoreSplits}]
  }

  private watermarkLimit({attemptId, group, limitMs}: Message<'watermarkLimit'>): readonly TaskExecutorEffect[] {
    const task = this.slots.task(attemptId)
    return task === undefined ? [] : [{kind: 'watermarkLimit', slotIndex: task.slotIndex, attemptId, group, limitMs}]
  }

  private checkpoint(message: CheckpointMessage): readonly TaskExecutorEffect[] {
    const task = this.slots.task(message.attemptId)
    return task === undefined ? [] : [{kind: 'checkpoint', slotIndex: task.slotIndex, message}]
  }

  private checkpointReported(report: CheckpointReport): readonly TaskExecutorEffect[] {
    return this.slots.task(report.attemptId) === undefined ? [] : [{kind: 'send', message: report}]
  }

  private taskStateChanged(change: TaskStateChange): readonly TaskExecutorEffect[] {
    const {metricsBlock, ...told} = change
    const task = this.slots.task(change.attemptId)
    if (task === undefined) return []
    task.metricsBlock = metricsBlock
    const tell: TaskExecutorEffect = {kind: 'send', message: {kind: 'taskStateChanged', ...told}}
    if (!isTerminalExecution(change.state)) return [tell]
    const ends = this.taskEnded(task)
    return this.slots.allTasks().length === 0 ? [LAST_FIGURES, tell, ...ends] : [tell, ...ends]
  }

  private taskEnded(task: SlotTask): readonly TaskExecutorEffect[] {
    const {attemptId, slotIndex, isCanceling} = task
    this.slots.removeTask(task)
    const stopTimer: TaskExecutorEffect[] = isCanceling ? [{kind: 'stopCancellationTimer', attemptId}] : []
    const isEmpty = this.slots.stateOf(slotIndex) === 'RELEASING' && this.slots.tasksOf(slotIndex).length === 0
    return isEmpty ? [...stopTimer, this.freed(slotIndex)] : stopTimer
  }

  private slotThreadLost(slotIndex: number, error: ErrorData): readonly TaskExecutorEffect[] {
    const tasks = this.slots.tasksOf(slotIndex)
    const ends = tasks.flatMap((task) => [failed(task.attemptId, error), ...this.taskEnded(task)])
    return [{kind: 'replaceSlotThread', slotIndex}, ...ends]
  }

  private cancellationTimedOut(attemptId: ExecutionAttemptId): readonly TaskExecutorEffect[] {
    const task = this.slots.task(attemptId)
    if (task === undefined) return []
    const {taskManagerId, cancellationTimeoutMs} = this.of
    const reason = `a cancelled task did not stop within ${cancellationTimeoutMs} ms`
    const error = new FtsError(
      'restartable',
      'FTS_TASK_STUCK',
      `${taskManagerId} ends its process: task ${attemptId} did not stop within ${cancellationTimeoutMs} ms of being cancelled`,
      {taskManagerId, attemptId, slotIndex: task.slotIndex, cancellationTimeoutMs},
      {tryThis: 'If its code needs longer to stop, raise task.cancellation.timeout.'},
    ).toData()
    const tell: TaskExecutorEffect = {kind: 'send', message: {kind: 'unregister', reason, error}}
    return [tell, ...this.end(1, 'atOnce')]
  }

  private leave(stop: {
    readonly reason: string
    readonly exitCode: number
    readonly error?: ErrorData
  }): readonly TaskExecutorEffect[] {
    const {reason, exitCode, error} = stop
    const message = {kind: 'unregister', reason, ...(error === undefined ? {} : {error})} as const
    return [{kind: 'send', message}, ...this.end(exitCode)]
  }

  private end(exitCode: number, how?: 'atOnce'): readonly TaskExecutorEffect[] {
    this.isEnding = true
    return [{kind: 'endProcess', exitCode, atOnce: how === 'atOnce'}]
  }
}

/** Before the end of the last task, because the job may end with it, perhaps before the first heartbeat. */
const LAST_FIGURES: TaskExecutorEffect = {kind: 'sendHeartbeatReport', sequence: UNASKED_REPORT}

function failed(attemptId: ExecutionAttemptId, error: ErrorData): TaskExecutorEffect {
  return {kind: 'send', message: {kind: 'taskStateChanged', attemptId, state: 'FAILED', error}}
}
