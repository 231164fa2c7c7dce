import {
  type Acknowledgement,
  assignState,
  CheckpointCoordinator,
  type CheckpointEffect,
  type CheckpointPlan,
  type CheckpointRetention,
  type CheckpointSettings,
  type CheckpointTimer,
  isRetained,
  jobFolder,
  type PlannedTask,
  type RecoveredCheckpoints,
  type RestoringInput,
  type RestoringVertex,
  type SavepointRequest,
  type StateAssignment,
  type StoredCheckpoint,
} from '../checkpoint/index.js'
import {type Configuration, OPTIONS} from '../config/index.js'
import {
  type CheckpointAlignment,
  type ErrorData,
  type ExecutionAttemptId,
  FtsError,
  type JobVertexId,
  type TaskRestore,
  unreachable,
} from '../core/index.js'
import type {JobGraphSpec} from '../graph/index.js'
import type {JobRecord} from '../leadership/index.js'
import type {CheckpointsView, JobResult, RestoredView} from '../metrics/index.js'
import type {InheritedJournal} from './control-effect.js'
import type {CheckpointEvent} from './control-event.js'
import type {Execution} from './execution.js'
import type {JobExecutions} from './job-executions.js'
import type {Outbox} from './outbox.js'
import type {SourceSplits} from './source-splits.js'

export interface CheckpointControlOptions {
  readonly graph: JobGraphSpec
  readonly config: Pick<Configuration, 'get'>
  /** Where checkpoints go when no option says so. */
  readonly defaultDirectory: string
  readonly executions: JobExecutions
  readonly splits: SourceSplits
  readonly outbox: Outbox
  /** A leader before has begun the job. */
  readonly recovers: JobRecord | undefined
  /** What the job is restored from is another now. */
  retained(): void
  failJob(error: ErrorData): void
}

/**
 * The checkpoints of one job, between its coordinator (which decides) and its tasks and the disk (which do).
 *
 *   JobMaster ─▶ opened, allRunning, taskEnded, restoreFor … ─▶ CheckpointCoordinator ─▶ CheckpointEffect ─▶ ControlEffect
 */
export class CheckpointControl {
  private readonly coordinator: CheckpointCoordinator
  private readonly settings: CheckpointSettings
  private readonly directory: string
  private readonly awaiting = new Set<ExecutionAttemptId>()
  /** What the job was started from. */
  private start: StoredCheckpoint | undefined
  private retained: JobRecord['checkpoints']
  private startAssignment: StateAssignment | undefined
  /** The savepoint that ends the job: asked for, or taken. */
  private stopRequestId: number | undefined
  private stoppedWith: string | undefined

  constructor(private readonly options: CheckpointControlOptions) {
    const {graph, config, defaultDirectory, outbox, recovers} = options
    this.retained = recovers?.checkpoints ?? []
    const dir = config.get(OPTIONS.checkpointDir)
    this.directory = dir === '' ? defaultDirectory : dir.replace(/\/+$/, '')
    this.settings = settingsOf(graph, config, this.directory)
    this.coordinator = new CheckpointCoordinator({
      jobId: graph.jobId,
      jobName: graph.name,
      settings: this.settings,
      nowMs: () => outbox.nowMs,
      effect: (effect) => this.carryOut(effect),
      plan: () => this.plan(),
      isPaused: () => this.emitting() !== undefined,
    })
  }

  /** Checkpoints are taken by themselves. */
  get isPeriodic(): boolean {
    return this.settings.intervalMs !== undefined
  }

  /** Completed checkpoints that the job could be restored from, oldest first. */
  get retainedCheckpoints(): JobRecord['checkpoints'] {
    return this.retained
  }

  /** Asks for what must be there before the job starts; false: nothing, it may start at once. */
  open(): boolean {
    const {graph, config, outbox, recovers} = this.options
    const restorePath = config.get(OPTIONS.restorePath)
    if (this.ownedFolder !== undefined) this.options.splits.journaledIn(this.ownedFolder)
    const isRecovered = recovers !== undefined && (this.isPeriodic || recovers.checkpoints.length > 0)
    if (!this.isPeriodic && !isRecovered && restorePath === '') return false
    outbox.effect({
      kind: 'openCheckpoints',
      jobId: graph.jobId,
      ...(this.isPeriodic ? {directory: this.directory} : {}),
      ...(restorePath === '' ? {} : {restorePath}),
      ...(isRecovered ? {recovers} : {}),
    })
    return true
  }

  /** The job starts from this. Errors: what `assignState` throws. */
  restoreFrom(checkpoint: StoredCheckpoint): void {
    const {graph, config, splits} = this.options
    const allowsUnmapped = config.get(OPTIONS.allowNonRestoredState)
    this.startAssignment = assignState(checkpoint, restoringVertices(graph), {allowsUnmapped})
    this.start = checkpoint
    for (const [vertexId, state] of this.startAssignment.splits) splits.restore(vertexId, state)
    this.coordinator.restoredFrom(checkpoint.metadata.checkpointId)
  }

  /** Inputs that cannot be read twice and that the job goes on with. What an earlier run has read is in its savepoint, or still in its own folder. */
  inheritedJournals(): readonly InheritedJournal[] {
    const {start, ownedFolder} = this
    if (start === undefined || ownedFolder === undefined) return []
    return this.options.splits.inherited().map(({split, left}) => {
      const name = left?.slice(left.lastIndexOf('/') + 1)
      return {split, from: left === undefined ? [] : [`${start.folder}/${name}`, left]}
    })
  }

  /** The job goes on with what it had under its leader before; it is checked already that its state fits. */
  recover({checkpoints, lastId}: RecoveredCheckpoints): void {
    const latest = checkpoints.at(-1)
    this.coordinator.recovered(checkpoints, lastId)
    if (latest === undefined) return
    this.startAssignment = assignState(latest, restoringVertices(this.options.graph), {allowsUnmapped: true})
    this.start = latest
    for (const [vertexId, state] of this.startAssignment.splits) this.options.splits.restore(vertexId, state)
  }

  /** What a subtask starts from now: the latest completed checkpoint, or what the job was started from. */
  restores(): (execution: Execution) => TaskRestore | undefined {
    const {latest} = this.coordinator
    const from =
      latest === undefined
        ? this.startAssignment
        : assignState(latest, restoringVertices(this.options.graph), {allowsUnmapped: true})
    return ({subtask}) => from?.restores.get(subtask.vertex.vertexId)?.[subtask.subtaskIndex]
  }

  /** The checkpoint of `restores`; 0: none. */
  get restoreId(): number {
    return (this.coordinator.latest ?? this.start)?.metadata.checkpointId ?? 0
  }

  /** Where tasks keep what outlives an attempt; undefined where no checkpoints are taken. */
  get ownedFolder(): string | undefined {
    return this.isPeriodic ? `${this.settings.folder}/taskowned` : undefined
  }

  get lastTriggeredId(): number {
    return this.coordinator.lastTriggeredId
  }

  /** To be called whenever tasks have moved: begins when all run. */
  tasksMoved(): void {
    const {current} = this.options.executions
    if (!current.every(({state}) => state === 'RUNNING' || state === 'FINISHED')) return
    this.coordinator.start()
    this.finishIfAllAwait()
  }

  taskEnded(execution: Execution): void {
    this.awaiting.delete(execution.attemptId)
    this.coordinator.taskEnded(execution.attemptId)
  }

  taskAwaits(attemptId: ExecutionAttemptId): void {
    this.awaiting.add(attemptId)
    this.finishIfAllAwait()
  }

  acknowledge(acknowledgement: Acknowledgement): void {
    this.coordinator.acknowledge(acknowledgement)
  }

  decline(declined: Parameters<CheckpointCoordinator['decline']>[0]): void {
    this.coordinator.decline(declined)
  }

  requestSavepoint(request: SavepointRequest): void {
    if (this.options.graph.mode === 'streaming') {
      if (request.thenStop !== undefined) this.stopRequestId = request.requestId
      this.coordinator.requestSavepoint(request)
      return
    }
    const message = `the job "${this.options.graph.name}" runs in batch mode, in which there are no savepoints`
    const error = new FtsError('user', 'FTS_BATCH_SAVEPOINT', message).toData()
    this.options.outbox.effect({kind: 'savepointEnded', requestId: request.requestId, end: {error}})
  }

  timerFired(timer: CheckpointTimer): void {
    this.coordinator.timerFired(timer)
  }

  diskAnswered(event: Exclude<CheckpointEvent, {kind: 'opened' | 'openFailed'}>): void {
    switch (event.kind) {
      case 'folderMade':
        this.coordinator.prepared(event.checkpointId)
        break
      case 'folderFailed':
        this.coordinator.prepareFailed(event.checkpointId, event.error)
        break
      case 'stored':
        this.coordinator.stored(event.checkpointId, event.metadataBytes)
        break
      case 'storeFailed':
        this.coordinator.storeFailed(event.checkpointId, event.error)
        break
      default:
        unreachable(event)
    }
  }

  /** The tasks are stopped or restarted. */
  stop(why: string): void {
    this.awaiting.clear()
    this.coordinator.stop(why)
  }

  /** A file of the checkpoint that tasks were restored from is damaged; whether there is an older one. */
  latestIsDamaged(error: ErrorData): boolean {
    return this.coordinator.latest !== undefined && this.coordinator.latestIsDamaged(error) !== undefined
  }

  ended(status: JobResult['status']): void {
    this.stop(`the job is ${status}`)
    if (!this.isPeriodic) return
    const {folder, retention} = this.settings
    const {outbox, graph} = this.options
    const {stoppedWith} = this
    outbox.effect({
      kind: 'closeCheckpoints',
      jobId: graph.jobId,
      folder,
      isRetained: isRetained(retention, status),
      ...(stoppedWith === undefined ? {} : {stoppedWith}),
    })
  }

  get view(): CheckpointsView | undefined {
    const {completed, failed, inProgress, longestStopMs, history} = this.coordinator.view()
    if (completed + failed === 0) return undefined
    const last = history.find(({status}) => status === 'COMPLETED')
    return {
      completed,
      failed,
      inProgress,
      longestStopMs,
      ...(last === undefined
        ? {}
        : {
            last: {
              checkpointId: last.checkpointId,
              path: last.folder,
              triggeredAtMs: last.triggeredAtMs,
              durationMs: last.durationMs,
              stateBytes: last.stateBytes,
              checkpointedBytes: last.checkpointedBytes,
              alignmentMs: last.alignmentMs,
              isUnaligned: last.isUnaligned,
              persistedInFlightBytes: last.persistedInFlightBytes,
            },
          }),
    }
  }

  get restored(): RestoredView | undefined {
    if (this.start === undefined || this.startAssignment === undefined) return undefined
    const {checkpointId, mapped, fresh, unmapped} = this.startAssignment
    return {checkpointId, path: this.start.folder, mapped, fresh, unmapped}
  }

  /** When all that still run wait for a checkpoint to finish, it is taken at once. */
  private finishIfAllAwait(): void {
    const running = this.options.executions.current.filter((execution) => !execution.isTerminal)
    if (running.length > 0 && running.every(({attemptId}) => this.awaiting.has(attemptId)))
      this.coordinator.requestNow()
  }

  private plan(): CheckpointPlan | string {
    const {graph, executions, splits} = this.options
    const notRunning = executions.current.find(({state}) => state !== 'RUNNING' && state !== 'FINISHED')
    if (notRunning !== undefined) return `${notRunning.title} is ${notRunning.state}`
    const running = executions.current.filter(({state}) => state === 'RUNNING')
    if (running.length === 0) return 'all tasks have finished'
    if (running.length < executions.current.length && !this.settings.afterTasksFinish)
      return 'some tasks have finished, and execution.checkpointing.checkpoints-after-tasks-finish is off'
    const emitting = this.emitting()
    if (emitting !== undefined) return `${emitting.title} has read all of its input and gives results`
    return {
      tasks: running.map((execution) => this.planned(execution)),
      vertices: graph.vertices.map((vertex) => {
        const {vertexId, name, parallelism, maxParallelism} = vertex
        const finished = executions.current.filter(
          ({subtask, state}) => subtask.vertex.vertexId === vertexId && state === 'FINISHED',
        )
        const state = splits.snapshot(vertexId)
        return {
          vertexId,
          name,
          parallelism,
          maxParallelism,
          finishedSubtasks: finished.map(({subtask}) => subtask.subtaskIndex),
          operators: vertex.operators.map((operator) => ({operatorId: operator.operatorId, name: operator.name})),
          inputs: inputsOf(graph, vertexId).map(({producer, partitionIndex}) => ({producer, partitionIndex})),
          ...(state === undefined ? {} : {splits: state}),
        }
      }),
    }
  }

  /** What a batch job gives at its end is in no snapshot; once it has been given, sinks wait for one. */
  private emitting(): Execution | undefined {
    const {graph, executions} = this.options
    if (graph.mode === 'streaming') return undefined
    return executions.current.find(
      (execution) =>
        execution.state === 'RUNNING' &&
        execution.subtask.inputGates.length > 0 &&
        this.hasReadAll(execution) &&
        !this.awaiting.has(execution.attemptId),
    )
  }

  private hasReadAll({subtask}: Execution): boolean {
    const producers = subtask.inputGates.flatMap(({channels}) => channels.map(({producer}) => producer))
    return producers.every((producer) => this.options.executions.current[producer].state === 'FINISHED')
  }

  /** Triggered are the tasks without a producer that still could send them a barrier. */
  private planned(execution: Execution): PlannedTask {
    const {graph} = this.options
    const {subtask, attemptId, title} = execution
    return {
      attemptId,
      title,
      vertexIndex: graph.vertices.findIndex(({vertexId}) => vertexId === subtask.vertex.vertexId),
      subtaskIndex: subtask.subtaskIndex,
      isTriggered: this.hasReadAll(execution),
    }
  }

  private carryOut(effect: CheckpointEffect): void {
    const {outbox, graph} = this.options
    const {jobId} = graph
    switch (effect.kind) {
      case 'makeFolder':
      case 'writeMetadata':
      case 'discard':
        outbox.effect({kind: 'checkpoint', jobId, directory: this.directory, effect})
        break
      case 'retained':
        this.retained = effect.checkpoints.map(({folder, metadata}) => ({folder, checkpointId: metadata.checkpointId}))
        this.options.retained()
        break
      case 'trigger':
        this.sendTrigger(effect)
        break
      case 'tellCompleted':
        this.options.splits.covered(this.coordinator.oldestRetainedId)
        this.tellAll('checkpointCompleted', effect.checkpointId)
        break
      case 'tellAborted':
        this.tellAll('checkpointAborted', effect.checkpointId)
        break
      case 'startTimer':
        outbox.effect({kind: 'startTimer', timer: {...effect.timer, jobId}, delayMs: effect.delayMs})
        break
      case 'cancelTimer':
        outbox.effect({kind: 'cancelTimer', timer: {...effect.timer, jobId}})
        break
      case 'savepointEnded':
        if (effect.requestId === this.stopRequestId && 'folder' in effect.end) this.stoppedWith = effect.end.folder
        outbox.effect(effect)
        break
      case 'failJob':
        this.options.failJob(effect.error)
        break
      case 'log':
        outbox.effect({kind: 'log', level: effect.level, message: effect.message, fields: {jobId}})
        break
      default:
        unreachable(effect)
    }
  }

  private sendTrigger(trigger: Extract<CheckpointEffect, {kind: 'trigger'}>): void {
    const {checkpointId, timestampMs, options} = trigger
    for (const attemptId of trigger.attemptIds)
      this.send(attemptId, {kind: 'triggerCheckpoint', attemptId, checkpointId, timestampMs, options})
  }

  private tellAll(kind: 'checkpointCompleted' | 'checkpointAborted', checkpointId: number): void {
    for (const {attemptId, state} of this.options.executions.current)
      if (state === 'RUNNING') this.send(attemptId, {kind, attemptId, checkpointId})
  }

  private send(attemptId: ExecutionAttemptId, message: Parameters<JobExecutions['send']>[1]): void {
    this.options.executions.send(attemptId, message)
  }
}

function settingsOf(graph: JobGraphSpec, config: Pick<Configuration, 'get'>, directory: string): CheckpointSettings {
  const intervalMs = takesCheckpoints(graph, config) ? config.get(OPTIONS.checkpointInterval) : undefined
  return {
    intervalMs,
    timeoutMs: config.get(OPTIONS.checkpointTimeout),
    minPauseMs: config.get(OPTIONS.checkpointMinPause),
    maxConcurrent: config.get(OPTIONS.maxConcurrentCheckpoints),
    tolerableFailures: config.get(OPTIONS.tolerableFailedCheckpoints),
    alignment: alignmentOf(config),
    alignedTimeoutMs: config.get(OPTIONS.alignedCheckpointTimeout),
    isIncremental: config.get(OPTIONS.incrementalCheckpoints),
    retainedCount: config.get(OPTIONS.retainedCheckpoints),
    retention: config.get(OPTIONS.checkpointRetention) as CheckpointRetention,
    afterTasksFinish: config.get(OPTIONS.checkpointsAfterTasksFinish),
    folder: jobFolder(directory, graph.jobId),
  }
}

/** Errors: `user` FTS_UNALIGNED_CHECKPOINTS, where they cannot be. */
function alignmentOf(config: Pick<Configuration, 'get'>): CheckpointAlignment {
  const isAtLeastOnce = config.get(OPTIONS.checkpointMode) === 'AT_LEAST_ONCE'
  if (!config.get(OPTIONS.unalignedCheckpoints)) return isAtLeastOnce ? 'atLeastOnce' : 'aligned'
  const {key} = OPTIONS.unalignedCheckpoints
  if (isAtLeastOnce) throw notUnaligned(`${OPTIONS.checkpointMode.key} is AT_LEAST_ONCE`)
  if (config.get(OPTIONS.maxConcurrentCheckpoints) > 1)
    throw notUnaligned(`${OPTIONS.maxConcurrentCheckpoints.key} is ${config.get(OPTIONS.maxConcurrentCheckpoints)}`)
  return 'unaligned'

  function notUnaligned(why: string): FtsError {
    const message = `${key} is set, but ${why}: unaligned checkpoints are exactly once, one at a time`
    const tryThis = 'Leave out one of the two.'
    return new FtsError('user', 'FTS_UNALIGNED_CHECKPOINTS', message, {}, {tryThis})
  }
}

function restoringVertices(graph: JobGraphSpec): RestoringVertex[] {
  return graph.vertices.map((vertex) => ({...vertex, inputs: inputsOf(graph, vertex.vertexId)}))
}

/** What the gates of a vertex read, in their order. */
function inputsOf({vertices, edges}: JobGraphSpec, target: JobVertexId): RestoringInput[] {
  return edges
    .filter((edge) => edge.target === target)
    .map(({source, dataSetId, partitioner}) => ({
      producer: source,
      partitionIndex: vertices
        .find(({vertexId}) => vertexId === source)!
        .producedDataSets.findIndex((one) => one.dataSetId === dataSetId),
      partitioner: partitioner.kind,
    }))
}

/** Batch jobs take none, as in Flink, but for those that say they can. */
export function takesCheckpoints({mode, checkpointsInput}: JobGraphSpec, config: Pick<Configuration, 'get'>): boolean {
  return (mode === 'streaming' || checkpointsInput === true) && config.get(OPTIONS.checkpointInterval) > 0
}
