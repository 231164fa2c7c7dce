import {resolve} from 'node:path'
import type {SavepointEnd} from '../checkpoint/index.js'
import {Configuration, OPTIONS} from '../config/index.js'
import {FtsError, type JobId, type Split, type TaskManagerId} from '../core/index.js'
import type {JobGraphSpec} from '../graph/index.js'
import type {JobRecord} from '../leadership/index.js'
import type {JobResult, JobView} from '../metrics/index.js'
import type {Clock, Disk, Listener, Log, Net, Random, Timer, Timers} from '../platform/index.js'
import {HeartbeatMonitor} from '../rpc/index.js'
import {type AwaitedJob, brokenResult, jobManagerBroken} from './broken-job-manager.js'
import {CheckpointDisk} from './checkpoint-disk.js'
import type {ControlEffect} from './control-effect.js'
import type {ControlEvent} from './control-event.js'
import {ControlPlane} from './control-plane.js'
import type {RecoveredJob} from './recovered-job.js'
import {TaskManagerLink} from './task-manager-link.js'
import type {ProcessExit} from './task-manager-record.js'
import {type TimerName, timerKey} from './timer-name.js'

/** The socket in the run directory on which TaskManagers register. */
export const JOB_MANAGER_SOCKET = 'jm.sock'

export interface JobManagerOptions {
  readonly runDir: string
  readonly config: Pick<Configuration, 'get'>
  readonly net: Net
  readonly clock: Clock
  readonly timers: Timers
  readonly log: Log
  readonly disk: Disk
  readonly random: Random
  /** Where TaskManagers register. Default: JOB_MANAGER_SOCKET in the run directory. */
  readonly address?: string
  /** Where checkpoints go when no option says so. Default: a folder in the run directory. */
  readonly defaultCheckpointDirectory?: string
  /** Where a standby may take over. */
  readonly leader?: LeaderOptions
  /**
   * Begins to keep the journal of an input that cannot be read twice. `inherits`: an earlier run has begun to read it; the folders where its journal
   * may be, the better one first. Default: there are none.
   */
  keepJournal?(split: Split, folder: string, inherits?: readonly string[]): KeptJournal
}

export interface KeptJournal {
  /** Keeps it no more. `restIn`: what it still has goes into this folder, for whoever is restored from there. */
  close(restIn?: string): void
}

export interface LeaderOptions {
  readonly token: number
  /** Settles when the record is stored for good, whoever leads next. Rejects when this JobManager must not go on: it does nothing more then. */
  store(jobId: JobId, record: JobRecord): Promise<void>
}

/** A submitted job. */
export interface JobHandle {
  readonly jobId: JobId
  /** What can be shown of the job now, also after its end. */
  view(): JobView
  /** Where the JobManager is another process: settles when `view` is of now. */
  refresh?(): Promise<void>
  /** Settles when every task has ended; never rejects: a failed job is a result too. */
  readonly result: Promise<JobResult>
  /** Asks the job to stop; its result tells when it has. */
  cancel(): void
  /**
   * Takes a savepoint and answers its folder. `directory`: where it goes; default: execution.checkpointing.savepoint-dir. With
   * `thenStop` the job ends with it, FINISHED. Errors: why there is none; the job goes on.
   */
  savepoint(of?: {readonly directory?: string; readonly thenStop?: 'suspend' | 'drain'}): Promise<string>
}

/**
 * The JobManager: a ControlPlane with a clock, timers and a socket. It runs in the process that calls `start` and never loads
 * user code.
 *
 *   sockets, timers, callers ─▶ ControlEvent ─▶ ControlPlane ─▶ ControlEffect ─▶ sockets, timers, callers
 *
 * Nothing on the way from a registration to a running task waits for a timer.
 */
export class JobManager {
  private readonly plane: ControlPlane
  private readonly links = new Map<TaskManagerId, TaskManagerLink>()
  private readonly unregistered = new Set<TaskManagerLink>()
  private readonly timers = new Map<string, Timer>()
  /** Whose result is awaited. */
  private readonly jobs = new Map<JobId, AwaitedJob>()
  private readonly heartbeats: HeartbeatMonitor<TaskManagerId>
  private readonly checkpoints: CheckpointDisk
  private readonly savepoints = new Map<number, (end: SavepointEnd) => void>()
  /** Of the inputs that cannot be read twice, by folder. */
  private readonly journals = new Map<JobId, Map<string, KeptJournal>>()
  private readonly closing = new Map<JobId, Promise<void>>()
  private readonly startMs: number
  private heartbeatTimer: Timer | undefined
  private heartbeatSequence = 0
  private savepointCount = 0
  /** What waits until a job's record is stored; undefined: nothing does. */
  private held: ControlEffect[] | undefined
  private startTaskManagers: (count: number) => void = () => {}
  private killTaskManager: (taskManagerId: TaskManagerId, reason: string) => void = () => {}
  /** A bug of ours has ended its jobs: it takes no more. */
  private broken: FtsError | undefined
  private listener: Listener | undefined
  private closed: Promise<void> | undefined

  private constructor(private readonly options: JobManagerOptions) {
    const {config, clock} = options
    this.startMs = clock.nowMs() - clock.monotonicMs()
    const intervalMs = config.get(OPTIONS.heartbeatInterval)
    const timeoutMs = config.get(OPTIONS.heartbeatTimeout)
    this.heartbeats = new HeartbeatMonitor({intervalMs, timeoutMs})
    this.plane = new ControlPlane({
      heartbeatIntervalMs: intervalMs,
      heartbeatTimeoutMs: timeoutMs,
      slotRequestTimeoutMs: config.get(OPTIONS.slotRequestTimeout),
      registrationTimeoutMs: config.get(OPTIONS.registrationTimeout),
      cancellationTimeoutMs: config.get(OPTIONS.cancellationTimeout),
      defaultCheckpointDirectory: options.defaultCheckpointDirectory ?? `${options.runDir}/checkpoints`,
      ...(options.leader === undefined ? {} : {leaderToken: options.leader.token}),
      random: () => options.random.next(),
    })
    this.checkpoints = new CheckpointDisk({
      disk: options.disk,
      log: options.log,
      answer: (jobId, event) => this.handle({kind: 'checkpointEvent', jobId, event}),
    })
  }

  /** Listens. Errors: those of `Net.listen`. */
  static async start(options: JobManagerOptions): Promise<JobManager> {
    const jobManager = orBroken(() => new JobManager(options))
    const address = options.address ?? `${options.runDir}/${JOB_MANAGER_SOCKET}`
    jobManager.listener = await options.net.listen(address, (connection) => {
      jobManager.unregistered.add(new TaskManagerLink(connection, jobManager))
    })
    return jobManager
  }

  /** Tells that so many TaskManagers have been started, so that a job that can never get its slots fails at once. */
  expectTaskManagers(count: number, slotsEach: number): void {
    this.handle({kind: 'taskManagersExpected', count, slotsEach})
  }

  /** Tells whose processes they are: one that does not register in time is killed, and replaced. */
  taskManagersStarted(taskManagerIds: readonly TaskManagerId[]): void {
    this.handle({kind: 'taskManagersStarted', taskManagerIds})
  }

  /** TaskManagers that a leader before has had: see ResourceManager.awaitLeft. */
  takeOverTaskManagers(taskManagerIds: readonly TaskManagerId[]): void {
    this.handle({kind: 'taskManagersLeft', taskManagerIds})
  }

  /** Starts a job, or goes on with one. Errors: `user` `FTS_DUPLICATE_JOB`, `invariant` of a bug of ours; what goes wrong later is in its result. */
  submitJob(graph: JobGraphSpec, recovered?: RecoveredJob): JobHandle {
    const {jobId} = graph
    // A job that cannot start ends within this call.
    let ended: (result: JobResult) => void = () => {}
    const result = new Promise<JobResult>((resolve) => {
      ended = resolve
    })
    if (this.broken !== undefined) throw this.broken
    const startedAtMs = this.nowMs()
    const effects = orBroken(() =>
      this.plane.handle({kind: 'jobSubmitted', graph, ...(recovered && {recovered})}, startedAtMs),
    )
    this.jobs.set(jobId, {graph, startedAtMs, ended})
    this.guarded(`the submission of ${jobId}`, () => this.carryOut(effects))
    return {
      jobId,
      result,
      view: () => this.plane.viewOf(jobId, this.nowMs()),
      cancel: () => this.handle({kind: 'cancelRequested', jobId}),
      savepoint: (of = {}) => this.savepoint(graph, of),
    }
  }

  private savepoint(
    {jobId, config}: JobGraphSpec,
    {directory, thenStop}: {readonly directory?: string; readonly thenStop?: 'suspend' | 'drain'},
  ): Promise<string> {
    const above = directory ?? Configuration.fromEntries(config).get(OPTIONS.savepointDir)
    if (above === '') return Promise.reject(noSavepointFolder())
    const folder = `${resolve(above)}/savepoint-${jobId.slice(0, 6)}-${this.options.random.hex(6)}`
    const requestId = ++this.savepointCount
    const end = new Promise<SavepointEnd>((settle) => this.savepoints.set(requestId, settle))
    const request = {requestId, folder, ...(thenStop === undefined ? {} : {thenStop})}
    this.handle({kind: 'savepointRequested', jobId, request})
    return end.then((one) => {
      if ('error' in one) throw FtsError.fromData(one.error)
      return one.folder
    })
  }

  /** The cluster tells how a TaskManager's process ended. */
  taskManagerExited(taskManagerId: TaskManagerId, exit: ProcessExit): void {
    this.handle({kind: 'taskManagerExited', taskManagerId, exit})
  }

  /** The cluster is asked to kill a process that does not answer, or whose task does not stop. */
  onKillTaskManager(kill: (taskManagerId: TaskManagerId, reason: string) => void): void {
    this.killTaskManager = kill
  }

  /** The cluster is asked to start TaskManagers in place of lost ones; each must register or be reported as exited. */
  onStartTaskManagers(start: (count: number) => void): void {
    this.startTaskManagers = start
  }

  /**
   * Ends the JobManager: jobs that still run fail with `FTS_JOBMANAGER_SHUTDOWN`, TaskManagers are told to end, and the socket
   * closes. Whether the processes have ended is the cluster's to see.
   */
  shutdown(reason = 'the work is done'): Promise<void> {
    this.closed ??= this.close(reason)
    return this.closed
  }

  // ── for TaskManagerLink ───────────────────────────────────────────────────────────────────────────────────────────

  /** @internal */
  refusalOf(registration: Parameters<ControlPlane['refusalOf']>[0]): string | undefined {
    return this.closed === undefined ? this.plane.refusalOf(registration) : 'the JobManager is shutting down'
  }

  /** @internal */
  registered(link: TaskManagerLink, taskManagerId: TaskManagerId): void {
    this.unregistered.delete(link)
    this.links.set(taskManagerId, link)
    const beat = () => this.guarded('the heartbeat', () => this.beat())
    this.heartbeatTimer ??= this.options.timers.every(this.heartbeats.times.intervalMs, beat)
  }

  /** @internal */
  received(taskManagerId: TaskManagerId, message: Extract<ControlEvent, {kind: 'message'}>['message']): void {
    this.heartbeats.heard(taskManagerId, this.options.clock.monotonicMs())
    this.handle({kind: 'message', taskManagerId, message})
  }

  /** @internal */
  disconnected(link: TaskManagerLink, taskManagerId: TaskManagerId | undefined, error: Error | undefined): void {
    this.unregistered.delete(link)
    if (error !== undefined)
      this.options.log.write('warn', `a connection broke: ${error.message}`, {taskManagerId: taskManagerId ?? null})
    if (taskManagerId === undefined) return
    this.heartbeats.forget(taskManagerId)
    this.links.delete(taskManagerId)
    this.handle({kind: 'connectionClosed', taskManagerId})
  }

  // ── events in, effects out ────────────────────────────────────────────────────────────────────────────────────────

  private handle(event: ControlEvent): void {
    this.guarded(event.kind, () => this.carryOut(this.plane.handle(event, this.nowMs())))
  }

  /** What throws in here is a bug of ours, and no job may hang because of it. */
  private guarded(what: string, act: () => void): void {
    try {
      act()
    } catch (thrown) {
      this.endBroken(jobManagerBroken(thrown), what)
    }
  }

  /** Decisions cannot be relied on any more, nor the way to end a job: whose end they do not bring is told its end all the same. */
  private endBroken(error: FtsError, event: string): void {
    this.broken ??= error
    try {
      this.options.log.write('error', error.message, {event, stack: error.stack})
      this.carryOut(this.plane.abandonJobs(error.toData(), this.nowMs()))
    } catch {
      // The first error says more.
    }
    for (const [jobId, job] of this.jobs) {
      if (job.isEnding === true) continue
      this.jobs.delete(jobId)
      job.ended(brokenResult(job, error, this.nowMs()))
    }
  }

  private carryOut(effects: readonly ControlEffect[]): void {
    for (const effect of effects) {
      if (this.held === undefined) this.carryOutOne(effect)
      else this.hold(effect)
    }
  }

  private hold(effect: ControlEffect): void {
    this.held?.push(effect)
    if (effect.kind === 'jobEnded') this.noteEnding(effect.jobId)
  }

  private noteEnding(jobId: JobId): AwaitedJob | undefined {
    const job = this.jobs.get(jobId)
    if (job !== undefined) job.isEnding = true
    return job
  }

  /** Nothing leaves this process that follows from what nobody else could know yet. */
  private storeJob({jobId, record}: Extract<ControlEffect, {kind: 'storeJob'}>): void {
    const {leader} = this.options
    if (leader === undefined) return
    this.held = []
    void leader.store(jobId, record).then(() => {
      const held = this.held ?? []
      this.held = undefined
      this.guarded('what waited for the record', () => this.carryOut(held))
    }, NOTHING_MORE)
  }

  private carryOutOne(effect: ControlEffect): void {
    switch (effect.kind) {
      case 'send':
        // A TaskManager whose connection has just closed gets no more; its loss is on the way.
        this.links.get(effect.taskManagerId)?.send(effect.message)
        break
      case 'closeConnection':
        this.heartbeats.forget(effect.taskManagerId)
        this.links.get(effect.taskManagerId)?.close()
        break
      case 'killTaskManager':
        this.killTaskManager(effect.taskManagerId, effect.reason)
        break
      case 'startTimer':
        this.startTimer(effect.timer, effect.delayMs)
        break
      case 'cancelTimer':
        this.cancelTimer(effect.timer)
        break
      case 'startTaskManagers':
        this.startTaskManagers(effect.count)
        break
      case 'openCheckpoints':
        this.checkpoints.open(effect)
        break
      case 'checkpoint':
        this.checkpoints.carryOut(effect)
        break
      case 'storeJob':
        this.storeJob(effect)
        break
      case 'keepJournals':
        for (const split of effect.splits) this.keepJournal(effect.jobId, split)
        break
      case 'inheritJournals':
        for (const {split, from} of effect.journals) this.keepJournal(effect.jobId, split, from)
        break
      case 'closeCheckpoints':
        this.closeJournals(effect)
        this.closing.set(effect.jobId, this.checkpoints.close(effect))
        break
      case 'savepointEnded':
        this.savepoints.get(effect.requestId)?.(effect.end)
        this.savepoints.delete(effect.requestId)
        break
      case 'jobEnded':
        void this.tellEnd(effect)
        break
      case 'log':
        this.options.log.write(effect.level, effect.message, effect.fields)
        break
    }
  }

  private keepJournal(jobId: JobId, split: Split, inherits?: readonly string[]): void {
    const kept = this.journals.get(jobId) ?? new Map<string, KeptJournal>()
    this.journals.set(jobId, kept)
    const folder = split.kind === 'program' ? undefined : split.journal
    if (folder === undefined || kept.has(folder)) return
    const journal = this.options.keepJournal?.(split, folder, inherits)
    if (journal !== undefined) kept.set(folder, journal)
  }

  private closeJournals({jobId, stoppedWith}: Extract<ControlEffect, {kind: 'closeCheckpoints'}>): void {
    for (const [folder, journal] of this.journals.get(jobId) ?? [])
      journal.close(stoppedWith && `${stoppedWith}/${folder.slice(folder.lastIndexOf('/') + 1)}`)
    this.journals.delete(jobId)
  }

  /** Whoever waits for the job may end the process when it has ended: what it leaves on disk must be in order by then. */
  private async tellEnd({jobId, result}: Extract<ControlEffect, {kind: 'jobEnded'}>): Promise<void> {
    const job = this.noteEnding(jobId)
    const closing = this.closing.get(jobId)
    this.closing.delete(jobId)
    if (closing !== undefined) await closing
    this.jobs.delete(jobId)
    job?.ended(result)
  }

  private startTimer(timer: TimerName, delayMs: number): void {
    this.cancelTimer(timer)
    const running = this.options.timers.after(delayMs, () => {
      this.timers.delete(timerKey(timer))
      this.handle({kind: 'timerFired', timer})
    })
    this.timers.set(timerKey(timer), running)
  }

  private cancelTimer(timer: TimerName): void {
    this.timers.get(timerKey(timer))?.cancel()
    this.timers.delete(timerKey(timer))
  }

  private beat(): void {
    this.heartbeatSequence += 1
    for (const link of this.links.values()) link.send({kind: 'heartbeat', sequence: this.heartbeatSequence})
    for (const {peer, silentMs} of this.heartbeats.silent(this.options.clock.monotonicMs()))
      this.handle({kind: 'taskManagerSilent', taskManagerId: peer, silentMs})
  }

  /** Wall time that never goes back. */
  private nowMs(): number {
    return this.startMs + this.options.clock.monotonicMs()
  }

  private async close(reason: string): Promise<void> {
    const error = new FtsError(
      'restartable',
      'FTS_JOBMANAGER_SHUTDOWN',
      `the JobManager was shut down (${reason}) while the job ran`,
    )
    this.guarded('the shutdown', () => this.carryOut(this.plane.abandonJobs(error.toData(), this.nowMs())))
    this.handle({kind: 'shutdownRequested', reason})
    this.heartbeatTimer?.cancel()
    for (const timer of this.timers.values()) timer.cancel()
    this.timers.clear()
    for (const link of [...this.unregistered, ...this.links.values()]) link.close()
    await this.listener?.close()
  }
}

/** Errors: what is thrown and is no FtsError is our bug. */
function orBroken<Value>(act: () => Value): Value {
  try {
    return act()
  } catch (thrown) {
    throw jobManagerBroken(thrown)
  }
}

/** What is held stays so: this JobManager does nothing any more. */
const NOTHING_MORE = () => {}

function noSavepointFolder(): FtsError {
  return new FtsError(
    'user',
    'FTS_NO_SAVEPOINT_FOLDER',
    'the savepoint has no folder',
    {},
    {
      tryThis: 'Name one, or set execution.checkpointing.savepoint-dir.',
    },
  )
}
