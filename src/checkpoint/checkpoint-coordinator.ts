import {
  assert,
  type CheckpointOptions,
  type ErrorData,
  type ExecutionAttemptId,
  FtsError,
  type JobId,
  type SubtaskCheckpointMetrics,
  type SubtaskSnapshot,
} from '../core/index.js'
import type {CheckpointEffect, CheckpointTimer} from './checkpoint-effect.js'
import type {StoredCheckpoint} from './checkpoint-metadata.js'
import type {CheckpointPlan} from './checkpoint-plan.js'
import type {CheckpointSettings} from './checkpoint-settings.js'
import {CheckpointStatistics, type CheckpointStatisticsView} from './checkpoint-statistics.js'
import {CHECKPOINT_FOLDER_TAKEN} from './checkpoint-storage.js'
import {CompletedCheckpointStore} from './completed-checkpoint-store.js'
import {filesOf, PendingCheckpoint} from './pending-checkpoint.js'
import type {SavepointRequest} from './savepoint-request.js'
import {SharedFileRegistry} from './shared-file-registry.js'
import {stateFilesOf} from './state-file-handles.js'

export interface CoordinatorOptions {
  readonly jobId: JobId
  readonly jobName: string
  readonly settings: CheckpointSettings
  /** Milliseconds since the epoch, of the event that is being handled. */
  nowMs(): number
  effect(effect: CheckpointEffect): void
  /** Who would take part in a checkpoint now, or why there can be none. Asked at the moment of the trigger. */
  plan(): CheckpointPlan | string
  /** No checkpoint is begun by itself for now, since there could be none. */
  isPaused?(): boolean
}

export interface Acknowledgement {
  readonly attemptId: ExecutionAttemptId
  readonly checkpointId: number
  readonly snapshot: SubtaskSnapshot
  readonly metrics: SubtaskCheckpointMetrics
}

/** Savepoints that wait for their turn. */
const REQUESTS_MAX = 1000

/** How a checkpoint failed, and whether the failure is the job's concern. */
interface Failure {
  readonly error: ErrorData
  /** It counts against execution.checkpointing.tolerable-failed-checkpoints. */
  readonly counts: boolean
}

/**
 * Decides when a job is checkpointed and what a completed checkpoint is. Events in, effects out; it owns no clock and no disk.
 *
 *   timer, request ─▶ makeFolder ─▶ prepared: plan, trigger ─▶ acknowledge… ─▶ writeMetadata ─▶ stored: completed
 *                                              └ decline, timeout, a task ended or failed ─▶ aborted
 *
 * At most `maxConcurrent` run at once, periodic ones `minPauseMs` apart, on a grid of `intervalMs` from the start. Savepoints wait
 * for their turn and go before. What has failed `tolerableFailures` times in a row fails the job; a success counts from zero again.
 * A savepoint is never subsumed and is told to nobody, unless the job stops with it.
 *
 * Source   Flink 2.3 CheckpointCoordinator, CheckpointRequestDecider, CheckpointFailureManager.
 */
export class CheckpointCoordinator {
  private readonly statistics = new CheckpointStatistics()
  private readonly store: CompletedCheckpointStore
  private readonly sharedFiles: SharedFileRegistry
  private readonly pending = new Map<number, PendingCheckpoint>()
  private readonly requests: SavepointRequest[] = []
  private nextId = 1
  private isPeriodicDue = false
  private isRunning = false
  private lastEndedAtMs = Number.NEGATIVE_INFINITY
  private failuresInARow = 0

  constructor(private readonly options: CoordinatorOptions) {
    this.sharedFiles = new SharedFileRegistry(this.sharedFolder)
    this.store = new CompletedCheckpointStore(options.settings.retainedCount, this.sharedFiles)
  }

  /** The completed checkpoint to restore from. */
  get latest(): StoredCheckpoint | undefined {
    return this.store.latest
  }

  /** The oldest one that the job could still be restored from, or 0. */
  get oldestRetainedId(): number {
    return this.store.all[0]?.metadata.checkpointId ?? 0
  }

  /** The last one that was triggered, or 0: what happens now belongs to the next. */
  get lastTriggeredId(): number {
    return this.triggeredId
  }

  view(): CheckpointStatisticsView {
    return this.statistics.view(this.pending.size)
  }

  /** The job starts from this checkpoint: ids go on behind it. */
  restoredFrom(checkpointId: number): void {
    this.nextId = Math.max(this.nextId, checkpointId + 1)
    this.triggeredId = Math.max(this.triggeredId, checkpointId)
    this.statistics.restoredCount += 1
  }

  /** The job is taken over with these checkpoints, oldest first; ids go on behind `lastId`. */
  recovered(checkpoints: readonly StoredCheckpoint[], lastId: number): void {
    for (const {folder, metadata} of checkpoints) {
      this.sharedFiles.register(stateFilesOf(metadata))
      const paths = this.store.add(folder, metadata)
      if (paths.length > 0) this.options.effect({kind: 'discard', paths})
    }
    this.restoredFrom(lastId)
  }

  /** All tasks run: from now on there are checkpoints. */
  start(): void {
    if (this.isRunning) return
    this.isRunning = true
    const {intervalMs, minPauseMs} = this.options.settings
    if (intervalMs !== undefined) this.startTimer({kind: 'periodicCheckpoint'}, Math.max(intervalMs, minPauseMs))
    this.goOn()
  }

  /** The tasks are about to be stopped or restarted: nothing can complete any more. */
  stop(why: string): void {
    this.isRunning = false
    this.isPeriodicDue = false
    this.options.effect({kind: 'cancelTimer', timer: {kind: 'periodicCheckpoint'}})
    const error = stopped(why)
    for (const pending of [...this.pending.values()]) this.abort(pending, {error, counts: false})
    for (const {requestId} of this.requests.splice(0))
      this.options.effect({kind: 'savepointEnded', requestId, end: {error}})
  }

  requestSavepoint(request: SavepointRequest): void {
    if (this.requests.length >= REQUESTS_MAX) {
      const error = stopped(`${REQUESTS_MAX} savepoints wait for their turn already`)
      this.options.effect({kind: 'savepointEnded', requestId: request.requestId, end: {error}})
      return
    }
    this.requests.push(request)
    this.goOn()
  }

  /** A checkpoint as soon as possible, whatever the interval says: the rest of the job waits for one. */
  requestNow(): void {
    this.isPeriodicDue = true
    this.goOn({isUrgent: true})
  }

  timerFired(timer: CheckpointTimer): void {
    if (timer.kind === 'checkpointTimeout') this.timedOut(timer.checkpointId)
    else this.periodicDue()
  }

  prepared(checkpointId: number): void {
    const pending = this.pending.get(checkpointId)
    if (pending?.state !== 'PREPARING') return
    pending.isPrepared = true
    this.triggerInOrder()
  }

  prepareFailed(checkpointId: number, error: ErrorData): void {
    const pending = this.pending.get(checkpointId)
    if (pending !== undefined) this.abort(pending, {error, counts: error.code !== CHECKPOINT_FOLDER_TAKEN})
  }

  acknowledge(acknowledgement: Acknowledgement): void {
    const {attemptId, checkpointId, snapshot, metrics} = acknowledgement
    const pending = this.pending.get(checkpointId)
    const task = pending?.state === 'TRIGGERED' ? pending.awaited(attemptId) : undefined
    if (pending === undefined || task === undefined) {
      this.forget(snapshot)
      return
    }
    const gone = this.sharedFiles.register(filesOf(snapshot))
    if (gone !== undefined) {
      this.abort(pending, {error: superseded(pending, task.title, gone), counts: true})
      return
    }
    pending.acknowledged.set(attemptId, {task, snapshot, metrics, atMs: this.options.nowMs()})
    if (pending.isComplete) this.storeMetadata(pending)
    this.triggerInOrder()
  }

  decline(declined: {
    readonly attemptId: ExecutionAttemptId
    readonly checkpointId: number
    readonly error: ErrorData
  }) {
    const pending = this.pending.get(declined.checkpointId)
    if (pending?.awaited(declined.attemptId) === undefined) return
    this.abort(pending, {error: declined.error, counts: true})
  }

  /** A task has FINISHED or failed: a checkpoint that still waits for it will never be complete. */
  taskEnded(attemptId: ExecutionAttemptId): void {
    for (const pending of [...this.pending.values()]) {
      const task = pending.awaited(attemptId)
      if (pending.state !== 'TRIGGERED' || task === undefined) continue
      this.abort(pending, {error: stopped(`${task.title} ended before it had answered`), counts: false})
      // Without the task it can succeed, at once: nobody should wait for the next interval because of it.
      if (pending.savepoint === undefined) this.requestNow()
    }
  }

  stored(checkpointId: number, metadataBytes: number): void {
    const pending = this.pending.get(checkpointId)
    if (pending?.state === 'STORING') this.complete(pending, metadataBytes)
  }

  storeFailed(checkpointId: number, error: ErrorData): void {
    const pending = this.pending.get(checkpointId)
    if (pending !== undefined) this.abort(pending, {error, counts: true})
  }

  /** The latest checkpoint cannot be read: the one before it is the latest from now on, if there is one. */
  latestIsDamaged(error: ErrorData): StoredCheckpoint | undefined {
    const damaged = this.store.dropLatest()
    if (damaged !== undefined)
      this.log('error', `checkpoint ${damaged.metadata.checkpointId} in ${damaged.folder} is damaged: ${error.message}`)
    this.tellRetained()
    return this.store.latest
  }

  private triggeredId = 0

  private get sharedFolder(): string {
    return `${this.options.settings.folder}/shared`
  }

  private get openCount(): number {
    return this.pending.size
  }

  // ── when ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  private periodicDue(): void {
    const {intervalMs} = this.options.settings
    if (!this.isRunning || intervalMs === undefined) return
    this.startTimer({kind: 'periodicCheckpoint'}, intervalMs)
    if (this.options.isPaused?.() === true) return
    this.isPeriodicDue = true
    this.goOn()
  }

  /** Starts what is due and may start. */
  private goOn({isUrgent} = {isUrgent: false}): void {
    const {maxConcurrent, minPauseMs, intervalMs} = this.options.settings
    while (this.isRunning && this.openCount < maxConcurrent && !this.isStopping) {
      const savepoint = this.requests.shift()
      if (savepoint === undefined && !this.isPeriodicDue) return
      if (savepoint === undefined && !isUrgent && intervalMs !== undefined) {
        const pauseLeftMs = this.lastEndedAtMs + minPauseMs - this.options.nowMs()
        if (pauseLeftMs > 0) {
          this.startTimer({kind: 'periodicCheckpoint'}, pauseLeftMs)
          return
        }
      }
      if (savepoint === undefined) this.isPeriodicDue = false
      this.prepare(savepoint)
    }
  }

  /** The job stops with a savepoint that is on its way: no other checkpoint may come in between. */
  private get isStopping(): boolean {
    return [...this.pending.values()].some(({savepoint}) => savepoint?.thenStop !== undefined)
  }

  private prepare(savepoint: SavepointRequest | undefined): void {
    const checkpointId = this.nextId++
    const folder = savepoint?.folder ?? `${this.options.settings.folder}/chk-${checkpointId}`
    const pending = new PendingCheckpoint(checkpointId, folder, savepoint, this.options.nowMs())
    this.pending.set(checkpointId, pending)
    this.options.effect({kind: 'makeFolder', checkpointId, folder})
  }

  /**
   * Barriers come in the order of their ids, whichever folder was made first; and not before the tasks that put them into the
   * streams have answered for the one before: splits that they are given between two triggers belong to the second.
   */
  private triggerInOrder(): void {
    if (!this.isRunning) return
    for (const pending of [...this.pending.values()]) {
      if (pending.state === 'TRIGGERED' && pending.missing.some(({isTriggered}) => isTriggered)) return
      if (pending.state !== 'PREPARING') continue
      if (!pending.isPrepared) return
      const plan = this.options.plan()
      if (typeof plan === 'string') this.abort(pending, {error: notNow(pending, plan), counts: false})
      else this.trigger(pending, plan)
      // Either may have changed what is pending.
      this.triggerInOrder()
      return
    }
  }

  private trigger(pending: PendingCheckpoint, plan: CheckpointPlan): void {
    const {checkpointId} = pending
    pending.moveTo('TRIGGERED')
    pending.plan = plan
    pending.triggeredAtMs = this.options.nowMs()
    this.triggeredId = checkpointId
    this.startTimer({kind: 'checkpointTimeout', checkpointId}, this.options.settings.timeoutMs)
    this.options.effect({
      kind: 'trigger',
      checkpointId,
      timestampMs: pending.triggeredAtMs,
      options: this.optionsOf(pending),
      attemptIds: plan.tasks.filter((task) => task.isTriggered).map((task) => task.attemptId),
    })
    if (pending.isComplete) this.storeMetadata(pending)
  }

  private optionsOf({savepoint, folder}: PendingCheckpoint): CheckpointOptions {
    const {alignment, alignedTimeoutMs, isIncremental} = this.options.settings
    if (savepoint !== undefined) {
      const {thenStop} = savepoint
      const aligned = alignment === 'atLeastOnce' ? 'atLeastOnce' : 'aligned'
      return {
        type: 'savepoint',
        alignment: aligned,
        directory: folder,
        ...(thenStop === undefined ? {} : {thenStop}),
      }
    }
    return {
      type: 'checkpoint',
      ...(alignment === 'unaligned' && alignedTimeoutMs > 0 ? {alignment: 'aligned', alignedTimeoutMs} : {alignment}),
      directory: folder,
      ...(isIncremental ? {sharedDirectory: this.sharedFolder} : {}),
    }
  }

  // ── how it ends ───────────────────────────────────────────────────────────────────────────────────────────────────

  private storeMetadata(pending: PendingCheckpoint): void {
    const {jobId, jobName, settings} = this.options
    pending.moveTo('STORING')
    const isShared = pending.savepoint === undefined && settings.isIncremental
    this.options.effect({
      kind: 'writeMetadata',
      checkpointId: pending.checkpointId,
      folder: pending.folder,
      sharedFolder: isShared ? this.sharedFolder : undefined,
      metadata: pending.toMetadata({jobId, jobName}),
    })
  }

  private complete(pending: PendingCheckpoint, metadataBytes: number): void {
    const {checkpointId, folder, savepoint} = pending
    const {jobId, jobName} = this.options
    pending.moveTo('COMPLETED')
    this.end(pending)
    this.failuresInARow = 0
    const record = this.statistics.ended(pending, {nowMs: this.options.nowMs(), metadataBytes})
    this.log('info', `${pending.title} is complete (${record.stateBytes} bytes, ${record.durationMs.toFixed(0)} ms)`)
    if (savepoint === undefined) {
      this.abortOlder(checkpointId)
      const paths = this.store.add(folder, pending.toMetadata({jobId, jobName}))
      this.tellRetained()
      this.options.effect({kind: 'tellCompleted', checkpointId})
      if (paths.length > 0) this.options.effect({kind: 'discard', paths})
    } else {
      this.sharedFiles.unregister(pending.files)
      if (savepoint.thenStop !== undefined) {
        // Sinks commit it: whatever happens until the job has ended, it goes on from here.
        this.store.add(folder, pending.toMetadata({jobId, jobName}))
        this.tellRetained()
        this.options.effect({kind: 'tellCompleted', checkpointId})
      }
      this.options.effect({kind: 'savepointEnded', requestId: savepoint.requestId, end: {folder}})
      // The tasks end now: nothing else is to be checkpointed.
      if (savepoint.thenStop !== undefined) this.stop('the job stops with a savepoint')
    }
    this.goOn()
  }

  private tellRetained(): void {
    this.options.effect({kind: 'retained', checkpoints: [...this.store.all]})
  }

  /** A barrier that has been overtaken by a later one is of no use. */
  private abortOlder(checkpointId: number): void {
    for (const older of [...this.pending.values()])
      if (older.isOpen && older.checkpointId < checkpointId && older.savepoint === undefined)
        this.abort(older, {error: stopped(`checkpoint ${checkpointId} was complete before it`), counts: false})
  }

  private abort(pending: PendingCheckpoint, {error, counts}: Failure): void {
    assert(pending.isOpen, 'only a checkpoint on its way is aborted', {checkpointId: pending.checkpointId})
    const {checkpointId, folder, savepoint} = pending
    const wasTriggered = pending.state !== 'PREPARING'
    pending.moveTo('ABORTED')
    this.end(pending)
    this.statistics.ended(pending, {nowMs: this.options.nowMs(), metadataBytes: 0, failure: error.message})
    this.log(counts ? 'warn' : 'info', `${pending.title} was aborted: ${error.message}`)
    if (wasTriggered) this.options.effect({kind: 'tellAborted', checkpointId})
    this.sharedFiles.unregister(pending.files)
    // A folder that somebody else has made is theirs.
    if (error.code !== CHECKPOINT_FOLDER_TAKEN) this.options.effect({kind: 'discard', paths: [folder]})
    if (savepoint !== undefined)
      this.options.effect({kind: 'savepointEnded', requestId: savepoint.requestId, end: {error}})
    else if (counts) this.countFailure(pending, error)
    this.goOn()
    this.triggerInOrder()
  }

  private end({checkpointId}: PendingCheckpoint): void {
    this.pending.delete(checkpointId)
    this.lastEndedAtMs = this.options.nowMs()
    this.options.effect({kind: 'cancelTimer', timer: {kind: 'checkpointTimeout', checkpointId}})
  }

  private countFailure(pending: PendingCheckpoint, error: ErrorData): void {
    this.failuresInARow += 1
    const {tolerableFailures} = this.options.settings
    if (this.failuresInARow <= tolerableFailures) return
    this.failuresInARow = 0
    this.options.effect({kind: 'failJob', error: tooManyFailures(pending, error, tolerableFailures)})
  }

  private timedOut(checkpointId: number): void {
    const pending = this.pending.get(checkpointId)
    if (pending === undefined) return
    this.abort(pending, {error: expired(pending, this.options.settings.timeoutMs), counts: true})
  }

  /** An answer that nobody waits for: what it wrote into the shared folder is nobody's. */
  private forget(snapshot: SubtaskSnapshot): void {
    const files = filesOf(snapshot)
    if (this.sharedFiles.register(files) === undefined) this.sharedFiles.unregister(files)
  }

  private startTimer(timer: CheckpointTimer, delayMs: number): void {
    this.options.effect({kind: 'startTimer', timer, delayMs})
  }

  private log(level: 'info' | 'warn' | 'error', message: string): void {
    this.options.effect({kind: 'log', level, message})
  }
}

function stopped(why: string): ErrorData {
  return new FtsError('restartable', 'FTS_CHECKPOINT_ABORTED', why).toData()
}

function notNow({title}: PendingCheckpoint, why: string): ErrorData {
  const tryThis = 'Try again in a moment.'
  return new FtsError(
    'restartable',
    'FTS_CHECKPOINT_NOT_NOW',
    `there can be no ${title} now: ${why}`,
    {},
    {tryThis},
  ).toData()
}

function expired(pending: PendingCheckpoint, timeoutMs: number): ErrorData {
  const {missing, plan, checkpointId} = pending
  const titles = missing.slice(0, 3).map(({title}) => title)
  const more = missing.length > 3 ? ` and ${missing.length - 3} more` : ''
  const message = `${pending.title} was not complete within ${timeoutMs / 1000} s: ${missing.length} of ${plan.tasks.length} subtasks had not answered (${titles.join(', ')}${more})`
  return new FtsError(
    'restartable',
    'FTS_CHECKPOINT_EXPIRED',
    message,
    {checkpointId},
    {
      tryThis:
        'Raise execution.checkpointing.timeout; under backpressure barriers wait behind the data, so raise the parallelism of the slow operator or set execution.checkpointing.unaligned.enabled.',
    },
  ).toData()
}

function superseded(pending: PendingCheckpoint, title: string, path: string): ErrorData {
  const message = `${title} built ${pending.title} upon ${path}, which no checkpoint needed any more`
  return new FtsError('restartable', 'FTS_CHECKPOINT_FILE_SUPERSEDED', message, {path}).toData()
}

function tooManyFailures(pending: PendingCheckpoint, error: ErrorData, tolerable: number): ErrorData {
  const message = `${pending.title} failed, and with it more checkpoints in a row than the ${tolerable} that the job may survive: ${error.message}`
  return new FtsError(
    'restartable',
    'FTS_CHECKPOINTS_FAILED',
    message,
    {checkpointId: pending.checkpointId, tolerable},
    {
      cause: FtsError.fromData(error),
      tryThis:
        error.tryThis ?? 'Raise execution.checkpointing.tolerable-failed-checkpoints if the cause goes away by itself.',
    },
  ).toData()
}
