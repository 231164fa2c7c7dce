import type {Acknowledgement, CheckpointTimer, SavepointRequest} from '../checkpoint/index.js'
import {type Configuration, OPTIONS} from '../config/index.js'
import {
  type AllocationId,
  canMove,
  type ErrorData,
  EXECUTION_MOVES,
  type ExecutionAttemptId,
  type ExecutionState,
  FtsError,
  isTerminalExecution,
  isTerminalJob,
  JOB_MOVES,
  type JobId,
  type JobStatus,
  move,
  type Split,
  type TaskManagerId,
} from '../core/index.js'
import {createExecutionGraph, type JobGraphSpec, slotsRequired} from '../graph/index.js'
import type {JobRecord} from '../leadership/index.js'
import {type FailureView, formatRestored, type JobResult} from '../metrics/index.js'
import type {HeartbeatReport, TaskManagerMessage} from '../rpc/index.js'
import {CheckpointControl, takesCheckpoints} from './checkpoint-control.js'
import type {CheckpointEvent} from './control-event.js'
import {Deployer} from './deployer.js'
import type {Execution} from './execution.js'
import {isRecoverable, OUTPUT_CLOSED, originOf, rankOfCause, STATE_FILE_DAMAGED, TASK_STUCK} from './failure-cause.js'
import {FailureHistory} from './failure-history.js'
import type {OfferedSlot, TaskManagerLoss} from './internal-event.js'
import {JobExecutions} from './job-executions.js'
import type {Outbox} from './outbox.js'
import {PendingRestart} from './pending-restart.js'
import type {RecoveredJob} from './recovered-job.js'
import {regionsToRestart} from './regions-to-restart.js'
import {type RestartStrategy, restartStrategyOf} from './restart-strategy.js'
import {SourceSplits} from './source-splits.js'
import {cancelledUnasked, failedWithoutError, notRestarted, slotLost} from './task-errors.js'
import {taskManagerLost} from './task-manager-lost.js'
import {WatermarkGroups} from './watermark-groups.js'

type TaskStateChanged = Extract<TaskManagerMessage, {kind: 'taskStateChanged'}>
type RequestSplit = Extract<TaskManagerMessage, {kind: 'requestSplit'}>
type ReportWatermark = Extract<TaskManagerMessage, {kind: 'reportWatermark'}>

export interface JobMasterOptions {
  readonly graph: JobGraphSpec
  /** The job's settings over the cluster's. */
  readonly config: Pick<Configuration, 'get'>
  readonly cancellationTimeoutMs: number
  /** Where checkpoints go when no option says so. */
  readonly defaultCheckpointDirectory: string
  readonly outbox: Outbox
  /** A leader before has begun the job. */
  readonly recovered: RecoveredJob | undefined
  /** What another leader must know of the job is stored. */
  readonly isStored: boolean
  /** In [0, 1). */
  random(): number
  isLost(taskManagerId: TaskManagerId): boolean
  /** Of a job that has ended. */
  resultOf(job: JobMaster, status: JobResult['status']): JobResult
}

/**
 * Runs one job: asks for its slots, deploys its pipelined regions in topological order, follows its tasks, hands out splits, has it
 * checkpointed, restarts what failed, and brings the job to its end.
 *
 * A failure   the restart strategy decides. If it restarts, the regions concerned are cancelled while slots are asked for and the pause
 *             passes; when all three are done, new attempts start from the latest completed checkpoint.
 * The end     FINISHED when all tasks are; FAILED with the most telling error when it is not restarted; CANCELED when asked to, or
 *             with the error `FTS_OUTPUT_CLOSED` when the reader of its output has gone. Before it ends, every task has.
 */
export class JobMaster {
  readonly graph: JobGraphSpec
  readonly submittedAtMs: number
  readonly checkpoints: CheckpointControl
  status: JobStatus = 'INITIALIZING'
  endedAtMs: number | undefined
  /** Why the job fails, or what cancelled it. */
  cause: ErrorData | undefined
  restartCount: number
  private readonly tasks: JobExecutions
  private readonly splits: SourceSplits
  private readonly watermarks = new WatermarkGroups()
  private readonly deployer: Deployer
  private readonly strategy: RestartStrategy
  private readonly history: FailureHistory
  private readonly restartsAtAll: boolean
  /** Inputs whose journals are kept. */
  private journaled: readonly Split[]
  private restart: PendingRestart | undefined
  /** TaskManagers that this job has had killed: their loss explains nothing. */
  private readonly killed = new Set<TaskManagerId>()
  private loss: ErrorData | undefined

  constructor(private readonly options: JobMasterOptions) {
    const {config, outbox, recovered} = options
    const before = recovered?.record
    const hasCheckpoints = takesCheckpoints(options.graph, config)
    this.graph = hasCheckpoints ? options.graph : withoutCheckpoints(options.graph)
    this.submittedAtMs = before?.startedAtMs ?? outbox.nowMs
    this.restartCount = before === undefined ? 0 : before.restarts + 1
    this.tasks = new JobExecutions(createExecutionGraph(this.graph), outbox, this.restartCount)
    this.splits = new SourceSplits(this.graph)
    this.deployer = new Deployer({
      executions: this.tasks,
      splits: this.splits,
      outbox,
      lastTriggeredId: () => this.checkpoints.lastTriggeredId,
      ownedFolder: () => this.checkpoints.ownedFolder,
      keepJournals: (splits) => this.keepJournals(splits),
      moveTask: (execution, state) => this.moveTask(execution, state),
    })
    this.checkpoints = new CheckpointControl({
      graph: this.graph,
      config,
      defaultDirectory: options.defaultCheckpointDirectory,
      executions: this.tasks,
      splits: this.splits,
      outbox,
      recovers: recovered && (before ?? NOTHING_BEFORE),
      retained: () => this.store(),
      failJob: (error) => this.fail(error, this.allRegions),
    })
    this.journaled = before?.journaled ?? []
    this.strategy = restartStrategyOf(config, {hasCheckpoints, random: options.random})
    this.restartsAtAll = hasCheckpoints || !['', 'none', 'off', 'disable'].includes(config.get(OPTIONS.restartStrategy))
    this.history = new FailureHistory(config.get(OPTIONS.exceptionHistorySize), before?.failures)
  }

  get executions(): readonly Execution[] {
    return this.tasks.current
  }

  get jobId(): JobId {
    return this.graph.jobId
  }

  get isEnded(): boolean {
    return isTerminalJob(this.status)
  }

  /** Bytes of bounded input; undefined if some input is endless. */
  get totalInputBytes(): number | undefined {
    return this.splits.totalBytes
  }

  /** Newest first. */
  get failures(): readonly FailureView[] {
    return this.history.all
  }

  // ── events ────────────────────────────────────────────────────────────────────────────────────────────────────────

  start(): void {
    this.moveJob('CREATED')
    const {recovered} = this.options
    if (recovered?.record !== undefined)
      this.history.add({atMs: this.nowMs, error: recovered.error, execution: undefined})
    // Before the first task: the numbers of its attempts belong to this leader.
    this.store()
    if (!this.checkpoints.open()) this.run()
  }

  diskAnswered(event: CheckpointEvent): void {
    if (this.isEnded) return
    if (event.kind === 'openFailed') this.failForGood(event.error)
    else if (event.kind !== 'opened') this.checkpoints.diskAnswered(event)
    else if (this.status === 'CREATED') this.runFrom(event)
  }

  slotsFulfilled(slots: readonly OfferedSlot[]): void {
    if (this.status === 'RUNNING') {
      this.deployer.place(slots)
      this.deployer.deployReady()
    } else if (this.restart !== undefined) {
      this.restart.slots = slots
      this.restartIfReady()
    }
  }

  slotsUnavailable(error: ErrorData): void {
    this.failForGood(error)
  }

  /** Whether this attempt belongs to this job and runs on this TaskManager. */
  runs(attemptId: ExecutionAttemptId, taskManagerId: TaskManagerId): boolean {
    return this.tasks.attempt(attemptId)?.slot?.location.taskManagerId === taskManagerId
  }

  taskStateChanged(change: TaskStateChanged): void {
    const execution = this.tasks.attempt(change.attemptId)
    if (execution === undefined || execution.isTerminal) return
    if (change.metrics !== undefined) execution.sample(change.metrics, this.nowMs)
    if (change.reports !== undefined) execution.reports = change.reports
    if (change.accumulators !== undefined) execution.accumulators = change.accumulators
    if (isTerminalExecution(change.state)) this.watermarks.forget(readerOf(execution))
    if (change.state === 'FAILED') this.taskFailed(execution, originOf(change.error ?? failedWithoutError(execution)))
    else if (canMove(EXECUTION_MOVES, execution.state, change.state)) this.taskMoved(execution, change.state)
    else this.unexpectedState(execution, change.state)
  }

  reportWatermark({attemptId, ...report}: ReportWatermark): void {
    const execution = this.tasks.attempt(attemptId)
    if (!execution?.isDeployed) return
    const limitMs = this.watermarks.report(readerOf(execution), report)
    this.tasks.send(attemptId, {kind: 'watermarkLimit', attemptId, group: report.group, limitMs})
  }

  requestSplit({attemptId, vertexId, subtaskIndex}: RequestSplit): void {
    const execution = this.tasks.attempt(attemptId)
    if (!execution?.isDeployed || execution.state === 'CANCELING') return
    const afterCheckpoint = this.checkpoints.lastTriggeredId
    const grant = this.splits.grant(vertexId, {subtaskIndex, afterCheckpoint})
    if (grant === undefined) return
    this.deployer.keepJournals(grant.splits)
    this.tasks.send(attemptId, {kind: 'assignSplits', attemptId, ...grant})
  }

  acknowledgeCheckpoint(acknowledgement: Acknowledgement): void {
    this.checkpoints.acknowledge(acknowledgement)
  }

  declineCheckpoint(declined: Parameters<CheckpointControl['decline']>[0]): void {
    this.checkpoints.decline(declined)
  }

  taskAwaitsCheckpoint(attemptId: ExecutionAttemptId): void {
    this.checkpoints.taskAwaits(attemptId)
  }

  requestSavepoint(request: SavepointRequest): void {
    this.checkpoints.requestSavepoint(request)
  }

  checkpointTimerFired(timer: CheckpointTimer): void {
    this.checkpoints.timerFired(timer)
  }

  heartbeat(taskManagerId: TaskManagerId, report: HeartbeatReport): void {
    for (const {attemptId, metrics} of report.tasks) {
      const execution = this.tasks.attempt(attemptId)
      if (execution?.isDeployed && this.runs(attemptId, taskManagerId)) execution.sample(metrics, this.nowMs)
    }
  }

  taskManagerLost(loss: TaskManagerLoss): void {
    const there = this.tasks.onTaskManager(loss.taskManagerId)
    if (this.isEnded || (there.length === 0 && this.restart === undefined)) return
    const error = taskManagerLost(loss, there)
    const explains = !this.killed.has(loss.taskManagerId) && loss.error?.code !== TASK_STUCK
    const wereRunning = there.filter((execution) => !execution.isTerminal)
    const regions = new Set(wereRunning.map((execution) => this.tasks.regionOf(execution)))
    for (const region of this.regionsWithoutInputs(there)) regions.add(region)
    const wasNeeded = regions.size > 0 || !this.deployer.isAllDeployed
    if (explains) this.loss ??= error
    for (const execution of there) this.endLost(execution)
    if (this.restart !== undefined) this.askForSlots(this.restart)
    // A job that already fails may fail because of this loss.
    if (there.length > 0 && explains && (wasNeeded || this.status === 'FAILING'))
      this.fail(error, regions, wereRunning[0] ?? there[0])
    this.endIfAllEnded()
  }

  /** A TaskManager has given up a slot by itself, and with it what ran there. */
  slotLost(allocationId: AllocationId): void {
    const there = this.tasks.inSlot(allocationId)
    const wereRunning = there.filter((execution) => !execution.isTerminal)
    if (this.isEnded || wereRunning.length === 0) return
    const error = slotLost(there[0], allocationId)
    for (const execution of there) this.endLost(execution)
    this.fail(error, new Set(wereRunning.map((execution) => this.tasks.regionOf(execution))), wereRunning[0])
    this.endIfAllEnded()
  }

  cancel(cause?: ErrorData): void {
    if (!canMove(JOB_MOVES, this.status, 'CANCELLING')) return
    this.cause = cause
    this.moveJob('CANCELLING')
    this.stopAll('the job is cancelled')
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

  /** The pause before a restart has passed. */
  restartTimerFired(): void {
    if (this.restart === undefined) return
    this.restart.isPauseOver = true
    this.restartIfReady()
  }

  /** Ends the job now, without waiting for its tasks: the JobManager itself cannot go on with it. */
  abandon(error: ErrorData): void {
    if (this.isEnded) return
    this.failForGood(error)
    for (const execution of this.executions) if (execution.state === 'CANCELING') this.moveTask(execution, 'CANCELED')
    this.endIfAllEnded()
  }

  // ── start ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  private get nowMs(): number {
    return this.options.outbox.nowMs
  }

  private get allRegions(): Set<number> {
    return new Set(this.tasks.regions.map(({index}) => index))
  }

  private runFrom({restored, recovered}: Extract<CheckpointEvent, {kind: 'opened'}>): void {
    try {
      for (const error of [...(restored?.damaged ?? []), ...(recovered?.damaged ?? [])])
        this.log('notice', `passed over: ${error.message}`)
      if (recovered !== undefined) this.checkpoints.recover(recovered)
      if (restored !== undefined) {
        this.checkpoints.restoreFrom(restored)
        this.inheritJournals()
      }
      const view = this.checkpoints.restored
      if (view !== undefined) this.log('notice', formatRestored(view))
    } catch (error) {
      this.failForGood(FtsError.from(error).toData())
      return
    }
    const restores = this.checkpoints.restores()
    for (const execution of this.executions) this.deployer.restore(execution, restores(execution))
    this.run()
  }

  private run(): void {
    const {outbox} = this.options
    // A command that goes on with the job of one before keeps none yet.
    if (this.journaled.length > 0) outbox.effect({kind: 'keepJournals', jobId: this.jobId, splits: [...this.journaled]})
    this.moveJob('RUNNING')
    for (const region of this.deployer.readyRegions())
      for (const one of this.tasks.ofRegion(region)) this.moveTask(one, 'SCHEDULED')
    this.requireSlots()
  }

  private requireSlots(): void {
    const required = slotsRequired(this.graph)
    const requirement = {jobId: this.jobId, jobName: this.graph.name, required, replacesLost: this.restartsAtAll}
    this.options.outbox.tell({kind: 'slotsRequired', requirement})
  }

  // ── tasks ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  private taskMoved(execution: Execution, state: ExecutionState): void {
    this.moveTask(execution, state)
    if (state === 'FINISHED') this.checkpoints.taskEnded(execution)
    if (state === 'FINISHED' && this.status === 'RUNNING') this.deployer.deployReady()
    if (this.status === 'RUNNING') this.checkpoints.tasksMoved()
    if (execution.isTerminal) this.endIfAllEnded()
  }

  private taskFailed(execution: Execution, error: ErrorData): void {
    // One that is cancelled for a restart says that its neighbours were cancelled, too.
    const explains = this.restart === undefined || execution.state !== 'CANCELING' || rankOfCause(error) > 0
    this.moveTask(execution, 'FAILED')
    if (!explains) this.endIfAllEnded()
    else this.taskFailedBy(execution, error)
  }

  private taskFailedBy(execution: Execution, error: ErrorData): void {
    if (error.code === OUTPUT_CLOSED && (this.status === 'RUNNING' || this.status === 'RESTARTING')) this.cancel(error)
    else this.fail(error, new Set([this.tasks.regionOf(execution)]), execution)
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
    else if (execution.isDeployed) this.moveTask(execution, 'FAILED')
  }

  private cancelTasks(executions: readonly Execution[]): void {
    for (const execution of executions) {
      if (execution.isTerminal || execution.state === 'CANCELING') continue
      if (!execution.isDeployed) this.moveTask(execution, 'CANCELED')
      else this.cancelTask(execution)
    }
    if (!this.executions.some((execution) => execution.state === 'CANCELING')) return
    const {outbox, cancellationTimeoutMs} = this.options
    outbox.effect({kind: 'startTimer', timer: this.cancellationTimer, delayMs: cancellationTimeoutMs})
  }

  private cancelTask(execution: Execution): void {
    const {attemptId} = execution
    this.moveTask(execution, 'CANCELING')
    this.tasks.send(attemptId, {kind: 'cancelTask', attemptId})
  }

  private moveTask(execution: Execution, state: ExecutionState): void {
    execution.moveTo(state, this.nowMs)
    this.log('debug', `${execution.title} is ${state}`, {attemptId: execution.attemptId})
  }

  // ── failure ───────────────────────────────────────────────────────────────────────────────────────────────────────

  /** What a cancelled or ended job's tasks complain about is of no interest. */
  private fail(error: ErrorData, regions: ReadonlySet<number>, execution?: Execution): void {
    if (this.isEnded || this.status === 'CANCELLING') return
    this.history.add({atMs: this.nowMs, error, execution})
    if (this.status === 'FAILING' || this.isOver(error)) this.failForGood(error)
    else if (this.isConcerned(regions)) this.restartMore(regions)
    else this.restartOrFail(error, regions)
  }

  /** Whether the job cannot go on after this, whatever its strategy says. */
  private isOver(error: ErrorData): boolean {
    // Several subtasks may find the same damage: the first has had the checkpoint dropped.
    if (error.code === STATE_FILE_DAMAGED) return this.restart === undefined && !this.checkpoints.latestIsDamaged(error)
    return !isRecoverable(error)
  }

  /** A neighbour's complaint about the failure that is being dealt with. */
  private isConcerned(regions: ReadonlySet<number>): boolean {
    const {restart} = this
    return restart !== undefined && [...regions].every((region) => restart.regions.has(region))
  }

  private restartOrFail(error: ErrorData, regions: ReadonlySet<number>): void {
    const decision = this.strategy.failed(this.nowMs)
    if (!decision.restarts) {
      this.failForGood(decision.why === undefined ? error : notRestarted(error, decision.why))
      return
    }
    this.log('warn', `restarts in ${decision.delayMs.toFixed(0)} ms after a failure: ${error.message}`)
    this.restart ??= new PendingRestart()
    this.restart.isPauseOver = false
    const timer = {kind: 'restart', jobId: this.jobId} as const
    this.options.outbox.effect({kind: 'startTimer', timer, delayMs: decision.delayMs})
    this.restartMore(regions)
  }

  /** Adds regions to the restart that is under way. */
  private restartMore(failed: ReadonlySet<number>): void {
    const {restart} = this
    if (restart === undefined) return
    this.checkpoints.stop('tasks of the job are restarted')
    const isFull = this.options.config.get(OPTIONS.failoverStrategy) === 'full'
    const regions = regionsToRestart(this.tasks.regions, isFull ? this.allRegions : failed, {
      hasLostResults: (region) => this.tasks.ofRegion(region).some((execution) => this.hasLostSlot(execution)),
      hasStarted: (region) => this.deployer.isDeployed(region),
    })
    for (const region of regions) restart.regions.add(region)
    if (this.status === 'RUNNING') this.moveJob('RESTARTING')
    this.cancelTasks([...restart.regions].flatMap((region) => this.tasks.ofRegion(region)))
    this.askForSlots(restart)
    this.restartIfReady()
  }

  /** The slots are asked for while tasks still end and the pause passes. */
  private askForSlots(restart: PendingRestart): void {
    restart.slots = undefined
    this.requireSlots()
  }

  private restartIfReady(): void {
    const {restart} = this
    if (restart === undefined || this.status !== 'RESTARTING' || !restart.isReady) return
    const executions = [...restart.regions].flatMap((region) => this.tasks.ofRegion(region))
    if (!executions.every((execution) => execution.isTerminal)) return
    this.restart = undefined
    this.loss = undefined
    this.restartCount += 1
    this.store()
    this.options.outbox.effect({kind: 'cancelTimer', timer: this.cancellationTimer})
    for (const region of restart.regions) this.deployer.reset(region)
    this.renew(executions)
    this.moveJob('RUNNING')
    this.deployer.place(restart.slots!)
    this.deployer.deployReady()
  }

  private renew(executions: readonly Execution[]): void {
    const restores = this.checkpoints.restores()
    const checkpointId = this.checkpoints.restoreId
    for (const execution of executions) {
      const next = this.tasks.restart(execution)
      const {vertex, subtaskIndex} = execution.subtask
      this.splits.restarted(vertex.vertexId, {subtaskIndex, checkpointId})
      this.deployer.restore(next, restores(next))
    }
  }

  /** Regions that finished here and whose results are still to be read. */
  private regionsWithoutInputs(lost: readonly Execution[]): Set<number> {
    const regions = new Set(lost.filter(({state}) => state === 'FINISHED').map((one) => this.tasks.regionOf(one)))
    const isRead = (region: number) =>
      this.tasks.regions
        .filter(({consumes}) => consumes.includes(region))
        .every(({index}) => this.tasks.ofRegion(index).every(({state}) => state === 'FINISHED'))
    return new Set([...regions].filter((region) => !isRead(region)))
  }

  private hasLostSlot(execution: Execution): boolean {
    const taskManagerId = execution.slot?.location.taskManagerId
    return taskManagerId !== undefined && this.options.isLost(taskManagerId)
  }

  private failForGood(error: ErrorData): void {
    if (this.isEnded || this.status === 'CANCELLING') return
    const better = rankOfCause(error) === 0 && this.loss !== undefined ? this.loss : error
    if (this.cause === undefined || rankOfCause(better) > rankOfCause(this.cause)) this.cause = better
    if (this.status === 'FAILING') return
    this.moveJob('FAILING')
    this.stopAll('the job fails')
    this.endIfAllEnded()
  }

  private stopAll(why: string): void {
    this.restart = undefined
    this.options.outbox.effect({kind: 'cancelTimer', timer: {kind: 'restart', jobId: this.jobId}})
    this.checkpoints.stop(why)
    this.cancelTasks(this.executions)
  }

  // ── the job ───────────────────────────────────────────────────────────────────────────────────────────────────────

  private endIfAllEnded(): void {
    if (this.status === 'RESTARTING') {
      this.restartIfReady()
      return
    }
    if (this.isEnded || !this.executions.every((execution) => execution.isTerminal)) return
    this.endedAtMs = this.nowMs
    const status = this.finalStatus()
    this.moveJob(status)
    const {outbox} = this.options
    outbox.effect({kind: 'cancelTimer', timer: this.cancellationTimer})
    const result = this.options.resultOf(this, status)
    this.store(result)
    this.checkpoints.ended(status)
    outbox.effect({kind: 'jobEnded', jobId: this.jobId, result})
    outbox.tell({kind: 'slotsReleased', jobId: this.jobId})
  }

  /** A job whose tasks all finished before their cancellation reached them has its whole result. */
  private finalStatus(): 'FINISHED' | 'FAILED' | 'CANCELED' {
    if (this.status === 'FAILING') return 'FAILED'
    return this.executions.every(({state}) => state === 'FINISHED') ? 'FINISHED' : 'CANCELED'
  }

  /** What another leader must know, before anything happens that follows from it. */
  private store(result?: JobResult): void {
    if (!this.options.isStored) return
    const record: JobRecord = {
      startedAtMs: this.submittedAtMs,
      restarts: this.restartCount,
      failures: [...this.failures],
      checkpoints: this.checkpoints.retainedCheckpoints,
      journaled: this.journaled,
      ...(result === undefined ? {} : {result}),
    }
    this.options.outbox.effect({kind: 'storeJob', jobId: this.jobId, record})
  }

  private inheritJournals(): void {
    const journals = this.checkpoints.inheritedJournals()
    if (journals.length === 0) return
    this.journaled = journals.map(({split}) => split)
    this.store()
    this.options.outbox.effect({kind: 'inheritJournals', jobId: this.jobId, journals})
  }

  private keepJournals(splits: readonly Split[]): void {
    const isKept = (split: Split) => this.journaled.some((one) => journalOf(one) === journalOf(split))
    const fresh = splits.filter((split) => !isKept(split))
    this.journaled = [...this.journaled, ...fresh]
    if (fresh.length > 0) this.store()
    this.options.outbox.effect({kind: 'keepJournals', jobId: this.jobId, splits})
  }

  private moveJob(status: JobStatus): void {
    this.status = move(JOB_MOVES, `the job ${this.jobId}`, this.status, status)
    this.log('info', `the job "${this.graph.name}" is ${status}`)
  }

  private get cancellationTimer() {
    return {kind: 'cancellation', jobId: this.jobId} as const
  }

  private log(
    level: 'debug' | 'info' | 'notice' | 'warn',
    message: string,
    fields: Readonly<Record<string, unknown>> = {},
  ): void {
    this.options.outbox.effect({kind: 'log', level, message, fields: {jobId: this.jobId, ...fields}})
  }
}

function journalOf(split: Split): string | undefined {
  return split.kind === 'program' ? undefined : split.journal
}

/** Of a job whose leader ended before it had decided anything. */
const NOTHING_BEFORE: JobRecord = {startedAtMs: 0, restarts: 0, failures: [], checkpoints: [], journaled: []}

/** Tasks see in their settings whether checkpoints are taken: sinks that commit wait for them. */
function withoutCheckpoints(graph: JobGraphSpec): JobGraphSpec {
  const {[OPTIONS.checkpointInterval.key]: _interval, ...config} = graph.config
  return {...graph, config}
}

/** The next attempt of a subtask takes the place of the one before. */
function readerOf({subtask}: Execution): string {
  return `${subtask.vertex.vertexId} ${subtask.subtaskIndex}`
}
