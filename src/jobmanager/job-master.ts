import {
  type AllocationId,
  assert,
  canMove,
  type ErrorData,
  EXECUTION_MOVES,
  type ExecutionAttemptId,
  type ExecutionState,
  FtsError,
  isTerminalJob,
  JOB_MOVES,
  type JobId,
  type JobStatus,
  type JobVertexId,
  move,
  type TaskManagerId,
} from '../core/index.js'
import {
  createExecutionGraph,
  type ExecutionGraphPlan,
  type JobGraphSpec,
  type PipelinedRegion,
  pipelinedRegions,
  type SubtaskPlan,
  sharedSlots,
  slotsRequired,
  type TaskDeployment,
  toTaskDeployment,
} from '../graph/index.js'
import type {JobResult} from '../metrics/index.js'
import type {HeartbeatReport, TaskManagerMessage} from '../rpc/index.js'
import {Execution} from './execution.js'
import {OUTPUT_CLOSED, originOf, rankOfCause, TASK_STUCK} from './failure-cause.js'
import type {OfferedSlot, TaskManagerLoss} from './internal-event.js'
import type {Outbox} from './outbox.js'
import {SplitAssigner} from './split-assigner.js'
import {taskManagerLost} from './task-manager-lost.js'

type TaskStateChanged = Extract<TaskManagerMessage, {kind: 'taskStateChanged'}>
type RequestSplit = Extract<TaskManagerMessage, {kind: 'requestSplit'}>

export interface JobMasterOptions {
  readonly graph: JobGraphSpec
  readonly cancellationTimeoutMs: number
  readonly outbox: Outbox
  /** Called once, when the job has ended. */
  ended(job: JobMaster, status: JobResult['status']): void
}

/**
 * Runs one job: asks for its slots, deploys its pipelined regions in topological order, follows its tasks, hands out splits, and
 * brings the job to its end.
 *
 * The end   FINISHED when all tasks are; FAILED with the most telling error when one fails; CANCELED when asked to, or with
 *           the error `FTS_OUTPUT_CLOSED` when the reader of its output has gone. Before it ends, every task has.
 */
export class JobMaster {
  readonly executions: readonly Execution[]
  readonly submittedAtMs: number
  status: JobStatus = 'INITIALIZING'
  endedAtMs: number | undefined
  /** Why the job fails, or what cancelled it. */
  cause: ErrorData | undefined
  private readonly plan: ExecutionGraphPlan
  private readonly regions: readonly PipelinedRegion[]
  private readonly deployedRegions = new Set<number>()
  private readonly splits = new Map<JobVertexId, SplitAssigner>()
  private readonly byAttempt = new Map<ExecutionAttemptId, Execution>()
  /** TaskManagers that this job has had killed: their loss explains nothing. */
  private readonly killed = new Set<TaskManagerId>()
  private loss: ErrorData | undefined

  constructor(private readonly options: JobMasterOptions) {
    this.submittedAtMs = options.outbox.nowMs
    this.plan = createExecutionGraph(options.graph)
    this.regions = pipelinedRegions(this.plan)
    this.executions = this.plan.subtasks.map((subtask) => new Execution(options.graph.jobId, subtask))
    for (const execution of this.executions) this.byAttempt.set(execution.attemptId, execution)
    for (const {vertexId, input, parallelism} of options.graph.vertices)
      if (input !== undefined) this.splits.set(vertexId, new SplitAssigner(input, parallelism))
  }

  get graph(): JobGraphSpec {
    return this.options.graph
  }

  get jobId(): JobId {
    return this.graph.jobId
  }

  get isEnded(): boolean {
    return isTerminalJob(this.status)
  }

  /** Bytes of bounded input; undefined if some input is endless. */
  get totalInputBytes(): number | undefined {
    let sum = 0
    for (const {totalBytes} of this.splits.values()) {
      if (totalBytes === undefined) return undefined
      sum += totalBytes
    }
    return this.splits.size === 0 ? undefined : sum
  }

  start(): void {
    this.moveJob('CREATED')
    this.moveJob('RUNNING')
    for (const region of this.readyRegions())
      for (const one of this.executionsOf(region)) this.moveTask(one, 'SCHEDULED')
    const requirement = {jobId: this.jobId, jobName: this.graph.name, required: slotsRequired(this.graph)}
    this.options.outbox.tell({kind: 'slotsRequired', requirement})
  }

  slotsFulfilled(slots: readonly OfferedSlot[]): void {
    if (this.status !== 'RUNNING') return
    const shared = sharedSlots(this.plan)
    assert(slots.length === shared.length, 'a job gets as many slots as it has shared slots', {
      offered: slots.length,
      needed: shared.length,
    })
    shared.forEach(({subtasks}, index) => {
      for (const subtask of subtasks) this.executions[subtask.index].slot = slots[index]
    })
    this.deployReadyRegions()
  }

  slotsUnavailable(error: ErrorData): void {
    this.fail(error)
  }

  /** Whether this attempt belongs to this job and runs on this TaskManager. */
  runs(attemptId: ExecutionAttemptId, taskManagerId: TaskManagerId): boolean {
    return this.byAttempt.get(attemptId)?.slot?.location.taskManagerId === taskManagerId
  }

  taskStateChanged(change: TaskStateChanged): void {
    const execution = this.byAttempt.get(change.attemptId)
    if (execution === undefined || execution.isTerminal) return
    if (change.metrics !== undefined) execution.sample(change.metrics, this.nowMs)
    if (change.reports !== undefined) execution.reports = change.reports
    if (change.state === 'FAILED') this.taskFailed(execution, originOf(change.error ?? failedWithoutError(execution)))
    else if (canMove(EXECUTION_MOVES, execution.state, change.state)) this.taskMoved(execution, change.state)
    else this.unexpectedState(execution, change.state)
  }

  requestSplit(request: RequestSplit): void {
    const {attemptId, vertexId, subtaskIndex} = request
    const execution = this.byAttempt.get(attemptId)
    const assigner = this.splits.get(vertexId)
    if (execution?.slot === undefined || assigner === undefined) return
    if (!execution.isDeployed || execution.state === 'CANCELING') return
    const message = {kind: 'assignSplits', attemptId, ...assigner.grant(attemptId, subtaskIndex)} as const
    this.options.outbox.effect({kind: 'send', taskManagerId: execution.slot.location.taskManagerId, message})
  }

  heartbeat(taskManagerId: TaskManagerId, report: HeartbeatReport): void {
    for (const {attemptId, metrics} of report.tasks) {
      const execution = this.byAttempt.get(attemptId)
      if (execution?.isDeployed && this.runs(attemptId, taskManagerId)) execution.sample(metrics, this.nowMs)
    }
  }

  taskManagerLost(loss: TaskManagerLoss): void {
    const there = this.executionsOn(loss.taskManagerId)
    if (this.isEnded || there.length === 0) return
    const error = taskManagerLost(loss, there)
    const explains = !this.killed.has(loss.taskManagerId) && loss.error?.code !== TASK_STUCK
    const wasNeeded =
      there.some((execution) => !execution.isTerminal) || this.deployedRegions.size < this.regions.length
    if (explains) this.loss ??= error
    for (const execution of there) this.endLost(execution)
    // A job that already fails may fail because of this loss.
    if (explains && (wasNeeded || this.status === 'FAILING')) this.fail(error)
    this.endIfAllEnded()
  }

  /** A TaskManager has given up a slot by itself, and with it what ran there. */
  slotLost(allocationId: AllocationId): void {
    const there = this.executions.filter((execution) => execution.slot?.allocationId === allocationId)
    if (this.isEnded || !there.some((execution) => !execution.isTerminal)) return
    const error = slotLost(there[0], allocationId)
    for (const execution of there) this.endLost(execution)
    this.fail(error)
    this.endIfAllEnded()
  }

  cancel(cause?: ErrorData): void {
    if (!canMove(JOB_MOVES, this.status, 'CANCELLING')) return
    this.cause = cause
    this.moveJob('CANCELLING')
    this.cancelTasks()
    this.endIfAllEnded()
  }

  /** Tasks that were told to stop and have not: their processes are killed. */
  cancellationTimedOut(): void {
    for (const execution of this.executions) {
      const taskManagerId = execution.slot?.location.taskManagerId
      if (execution.state !== 'CANCELING' || taskManagerId === undefined || this.killed.has(taskManagerId)) continue
      this.killed.add(taskManagerId)
      const seconds = this.options.cancellationTimeoutMs / 1000
      const reason = `was killed because ${execution.title} did not stop within ${seconds} s of its cancellation`
      this.options.outbox.tell({kind: 'taskManagerStuck', taskManagerId, reason})
    }
  }

  /** Ends the job now, without waiting for its tasks: the JobManager itself cannot go on with it. */
  abandon(error: ErrorData): void {
    if (this.isEnded) return
    this.fail(error)
    for (const execution of this.executions) if (execution.state === 'CANCELING') this.moveTask(execution, 'CANCELED')
    this.endIfAllEnded()
  }

  private get nowMs(): number {
    return this.options.outbox.nowMs
  }

  // ── scheduling ────────────────────────────────────────────────────────────────────────────────────────────────────

  private readyRegions(): PipelinedRegion[] {
    return this.regions.filter(
      (region) =>
        !this.deployedRegions.has(region.index) &&
        region.consumes.every((other) => this.executionsOf(this.regions[other]).every(hasFinished)),
    )
  }

  private deployReadyRegions(): void {
    const bySlot = new Map<OfferedSlot, TaskDeployment[]>()
    for (const region of this.readyRegions()) {
      this.deployedRegions.add(region.index)
      for (const execution of this.executionsOf(region)) this.deploy(execution, bySlot)
    }
    for (const [{location}, tasks] of bySlot) {
      const {taskManagerId} = location
      this.options.outbox.effect({kind: 'send', taskManagerId, message: {kind: 'submitTasks', tasks}})
    }
  }

  private deploy(execution: Execution, bySlot: Map<OfferedSlot, TaskDeployment[]>): void {
    const {subtask, attempt, slot} = execution
    assert(slot !== undefined, 'a task that is deployed has a slot', {attemptId: execution.attemptId})
    if (execution.state === 'CREATED') this.moveTask(execution, 'SCHEDULED')
    this.moveTask(execution, 'DEPLOYING')
    const deployment = toTaskDeployment(this.plan, subtask, {
      attempt,
      allocationId: slot.allocationId,
      slotIndex: slot.location.slotIndex,
      ...this.firstSplits(execution),
      locate: (producer) => this.locate(producer),
    })
    const tasks = bySlot.get(slot)
    if (tasks === undefined) bySlot.set(slot, [deployment])
    else tasks.push(deployment)
  }

  private firstSplits({
    attemptId,
    subtask,
  }: Execution): Pick<TaskDeployment, 'initialSplits' | 'noMoreSplits'> | undefined {
    const assigner = this.splits.get(subtask.vertex.vertexId)
    if (assigner === undefined) return undefined
    const {splits, noMoreSplits} = assigner.grant(attemptId, subtask.subtaskIndex)
    return {initialSplits: splits, noMoreSplits}
  }

  private locate(producer: SubtaskPlan): {readonly location: OfferedSlot['location']; readonly attempt: number} {
    const {slot, attempt} = this.executions[producer.index]
    assert(slot !== undefined, 'a producer has a slot', {producer: producer.index})
    return {location: slot.location, attempt}
  }

  // ── tasks ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  private taskMoved(execution: Execution, state: ExecutionState): void {
    this.moveTask(execution, state)
    if (!execution.isTerminal) return
    if (state === 'FINISHED' && this.status === 'RUNNING') this.deployReadyRegions()
    this.endIfAllEnded()
  }

  private taskFailed(execution: Execution, error: ErrorData): void {
    this.failTask(execution)
    if (error.code === OUTPUT_CLOSED && this.status === 'RUNNING') this.cancel(error)
    else this.fail(error)
    this.endIfAllEnded()
  }

  /** Late news of a task that is being cancelled is normal; a task that was cancelled by nobody has failed. */
  private unexpectedState(execution: Execution, state: ExecutionState): void {
    if (state === 'CANCELED') this.taskFailed(execution, cancelledUnasked(execution))
    else if (execution.state !== 'CANCELING' && execution.state !== state)
      this.log('warn', `ignored that ${execution.title} is ${state}: it was ${execution.state}`)
  }

  private endLost(execution: Execution): void {
    if (execution.state === 'CANCELING') this.moveTask(execution, 'CANCELED')
    else if (execution.isDeployed) this.failTask(execution)
  }

  private failTask(execution: Execution): void {
    this.moveTask(execution, 'FAILED')
    this.splits.get(execution.subtask.vertex.vertexId)?.returnSplitsOf(execution.attemptId)
  }

  private cancelTasks(): void {
    for (const execution of this.executions) {
      if (execution.isTerminal || execution.state === 'CANCELING') continue
      if (!execution.isDeployed) this.moveTask(execution, 'CANCELED')
      else this.cancelTask(execution)
    }
    if (!this.executions.some((execution) => execution.state === 'CANCELING')) return
    const {outbox, cancellationTimeoutMs} = this.options
    outbox.effect({kind: 'startTimer', timer: this.cancellationTimer, delayMs: cancellationTimeoutMs})
  }

  private cancelTask(execution: Execution): void {
    const {attemptId, slot} = execution
    this.moveTask(execution, 'CANCELING')
    const {taskManagerId} = slot!.location
    this.options.outbox.effect({kind: 'send', taskManagerId, message: {kind: 'cancelTask', attemptId}})
  }

  private moveTask(execution: Execution, state: ExecutionState): void {
    execution.moveTo(state, this.nowMs)
    this.log('debug', `${execution.title} is ${state}`, {attemptId: execution.attemptId})
  }

  private executionsOf(region: PipelinedRegion): Execution[] {
    return region.subtasks.map((subtask) => this.executions[subtask.index])
  }

  private executionsOn(taskManagerId: TaskManagerId): Execution[] {
    return this.executions.filter((execution) => execution.slot?.location.taskManagerId === taskManagerId)
  }

  // ── the job ───────────────────────────────────────────────────────────────────────────────────────────────────────

  /** What a cancelled or ended job's tasks complain about is of no interest. */
  private fail(error: ErrorData): void {
    if (this.isEnded || this.status === 'CANCELLING') return
    const better = rankOfCause(error) === 0 && this.loss !== undefined ? this.loss : error
    if (this.cause === undefined || rankOfCause(better) > rankOfCause(this.cause)) this.cause = better
    if (this.status === 'FAILING') return
    this.moveJob('FAILING')
    this.cancelTasks()
    this.endIfAllEnded()
  }

  private endIfAllEnded(): void {
    if (this.isEnded || !this.executions.every((execution) => execution.isTerminal)) return
    this.endedAtMs = this.nowMs
    const status = this.finalStatus()
    this.moveJob(status)
    const {outbox} = this.options
    outbox.effect({kind: 'cancelTimer', timer: this.cancellationTimer})
    this.options.ended(this, status)
    outbox.tell({kind: 'slotsReleased', jobId: this.jobId})
  }

  /** A job whose tasks all finished before their cancellation reached them has its whole result. */
  private finalStatus(): 'FINISHED' | 'FAILED' | 'CANCELED' {
    if (this.status === 'FAILING') return 'FAILED'
    return this.executions.every(hasFinished) ? 'FINISHED' : 'CANCELED'
  }

  private moveJob(status: JobStatus): void {
    this.status = move(JOB_MOVES, `the job ${this.jobId}`, this.status, status)
    this.log('info', `the job "${this.graph.name}" is ${status}`)
  }

  private get cancellationTimer() {
    return {kind: 'cancellation', jobId: this.jobId} as const
  }

  private log(level: 'debug' | 'info' | 'warn', message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.options.outbox.effect({kind: 'log', level, message, fields: {jobId: this.jobId, ...fields}})
  }
}

function hasFinished(execution: Execution): boolean {
  return execution.state === 'FINISHED'
}

function failedWithoutError(execution: Execution): ErrorData {
  const {attemptId} = execution
  return new FtsError('fatal', 'FTS_TASK_FAILED', `${execution.title} failed and did not say why`, {attemptId}).toData()
}

function cancelledUnasked(execution: Execution): ErrorData {
  const {attemptId} = execution
  const message = `${execution.title} was cancelled by its TaskManager although nobody had asked for it`
  return new FtsError('restartable', 'FTS_TASK_CANCELED', message, {attemptId}).toData()
}

function slotLost(execution: Execution, allocationId: AllocationId): ErrorData {
  const {taskManagerId, slotIndex} = execution.slot!.location
  return new FtsError(
    'restartable',
    'FTS_SLOT_LOST',
    `slot ${slotIndex} of TaskManager ${taskManagerId} ended while it ran ${execution.title}`,
    {taskManagerId, slotIndex, allocationId},
    {tryThis: 'Run the job again with --verbose.'},
  ).toData()
}
