import {compileWordModule} from '../columns/index.js'
import {Configuration, OPTIONS} from '../config/index.js'
import {type ExecutionAttemptId, FtsError, type TaskManagerId} from '../core/index.js'
import {divideMemory, type MemoryDivision} from '../memory/index.js'
import type {Clock, Disk, Net, Timer, Timers} from '../platform/index.js'
import {
  type JobManagerMessage,
  RPC_PROTOCOL_VERSION,
  type StartupPhase,
  type TaskManagerMessage,
  UNASKED_REPORT,
} from '../rpc/index.js'
import {heartbeatReport} from './heartbeat-report.js'
import {connectToJobManager, type JobManagerEndpoint} from './job-manager-connection.js'
import {LeaderFollower} from './leader-follower.js'
import {endProcess, removeRunDirectoryOfDeadOwner, removeSockets} from './process-end.js'
import type {FromSlotMessage} from './slot-message.js'
import {SlotThreads} from './slot-threads.js'
import {TaskExecutor} from './task-executor.js'
import type {TaskExecutorEffect} from './task-executor-effect.js'
import type {TaskExecutorEvent} from './task-executor-event.js'
import type {TaskManagerSettings} from './task-manager-arguments.js'

/** The JobManager's socket in the run directory. */
const JOB_MANAGER_SOCKET = 'jm.sock'
/** How long the last words to the JobManager may take. */
const FLUSH_MS_MAX = 100

export interface TaskManagerOptions {
  readonly taskManagerId: TaskManagerId
  readonly runDirectory: string
  /** The entry of a slot's thread. */
  readonly workerFile: string
  readonly argumentParsingMs: number
  readonly net: Net
  readonly disk: Disk
  readonly clock: Clock
  readonly timers: Timers
  /** Writes to stderr. */
  say(text: string): void
}

/**
 * The TaskManager's process: a TaskExecutor with threads, timers and a connection.
 *
 *   warm ─▶ start: divide memory, connect ∥ slots ─▶ register ─▶ serve ─▶ end
 *
 * The process ends when the JobManager says so, when it is asked to stop, when its connection or its owner is gone, or when it cannot
 * go on; whatever the reason, it leaves nothing behind.
 */
export class TaskManager {
  private readonly slots: SlotThreads
  private config = Configuration.defaults
  private slotCount = 0
  private division: MemoryDivision | undefined
  private endpoint: JobManagerEndpoint | undefined
  /** Where JobManagers are elected. */
  private leaders: LeaderFollower | undefined
  /** Told when nobody has a slot any more. */
  private whenIdle: () => void = () => {}
  private connecting: Promise<unknown> = Promise.resolve()
  private executor: TaskExecutor | undefined
  private wordModule: WebAssembly.Module | undefined
  private readonly cancellations = new Map<ExecutionAttemptId, Timer>()
  private isRegistered = false
  private isFailed = false
  private isEnding = false
  private isOwnerLost = false

  constructor(private readonly options: TaskManagerOptions) {
    this.slots = new SlotThreads({
      ...options,
      received: (_slotIndex, message) => this.receivedFromSlot(message),
      lost: (slotIndex, error) => this.slotLost(slotIndex, error),
      failed: (error) => this.fail(error),
      wrote: options.say,
    })
  }

  /** Makes threads, and compiles kernels, while it is not known yet what is needed: as many slots as whoever forked it expects. */
  warm(slots: number): void {
    this.slots.warm(slots, divideMemory(this.config, {slots}).taskHeapBytes)
    this.wordModule = tryCompile()
  }

  /** Never rejects: what cannot be started ends the process. */
  async start(settings: TaskManagerSettings): Promise<void> {
    const {clock} = this.options
    const startMs = clock.monotonicMs()
    try {
      this.slotCount = settings.slots
      this.config = Configuration.fromEntries(settings.config)
      this.leaders = this.leadersOf(settings)
      const connecting = this.connect()
      this.connecting = connecting
      const division = divideMemory(this.config, settings)
      this.division = division
      this.executor = this.makeExecutor()
      const ready = this.startSlots(settings, division)
      const endpoint = await connecting
      const servicesMs = clock.monotonicMs() - startMs
      this.register(endpoint, {servicesMs, slotsMs: await ready})
    } catch (error) {
      this.fail(FtsError.from(error))
    }
  }

  /** Asked to stop by a signal. */
  stop(reason: string, exitCode: number): void {
    if (this.executor === undefined) void this.end(exitCode, false)
    else this.handle({kind: 'stopRequested', reason, exitCode})
  }

  /** The owner's end of the fork's channel has closed: it is gone, or just going. */
  ownerLost(): void {
    this.isOwnerLost = true
    this.stop('the JobManager is gone', 1)
  }

  /** It cannot go on: says so to the JobManager and on stderr. */
  fail(error: FtsError): void {
    if (this.isFailed || this.isEnding) return
    this.isFailed = true
    this.say(error)
    void this.tellFailure(error).then(() => this.end(error.kind === 'user' ? 2 : 1, false))
  }

  private leadersOf({leaderFolder}: TaskManagerSettings): LeaderFollower | undefined {
    if (leaderFolder === undefined) return undefined
    return new LeaderFollower({
      ...this.options,
      folder: leaderFolder,
      timeoutMs: this.config.get(OPTIONS.registrationTimeout),
      periodMs: this.config.get(OPTIONS.leaseRetryPeriod),
    })
  }

  private makeExecutor(): TaskExecutor {
    return new TaskExecutor({
      taskManagerId: this.options.taskManagerId,
      slotCount: this.slotCount,
      cancellationTimeoutMs: this.config.get(OPTIONS.cancellationTimeout),
    })
  }

  private startSlots(settings: TaskManagerSettings, division: MemoryDivision): Promise<number> {
    this.wordModule ??= tryCompile()
    return this.slots.start({
      ...settings,
      division,
      isBudgetGiven: this.config.isSet(OPTIONS.taskManagerMemory),
      wordModule: this.wordModule,
    })
  }

  /** A JobManager that ends orderly says so first, and then closes. */
  private connectionClosed(endpoint: JobManagerEndpoint): void {
    if (this.isEnding || endpoint !== this.endpoint) return
    if (this.leaders === undefined) this.ownerLost()
    else void this.changeLeader()
  }

  /** A JobManager that is stopped does not close its end. */
  private turnAwayFrom(endpoint: JobManagerEndpoint): void {
    endpoint.close()
    this.connectionClosed(endpoint)
  }

  /** What ran for the leader before has ended when the next one hears of this TaskManager. */
  private async changeLeader(): Promise<void> {
    const startMs = this.options.clock.monotonicMs()
    this.endpoint = undefined
    this.isRegistered = false
    const idle = new Promise<void>((resolve) => {
      this.whenIdle = resolve
    })
    this.handle({kind: 'leaderLost'})
    try {
      const endpoint = await this.connect()
      await idle
      if (endpoint !== this.endpoint) return
      this.register(endpoint, {servicesMs: this.options.clock.monotonicMs() - startMs, slotsMs: 0})
    } catch (error) {
      this.fail(FtsError.from(error))
    }
  }

  // ── the JobManager ────────────────────────────────────────────────────────────────────────────────────────────────

  private async connect(): Promise<JobManagerEndpoint> {
    const endpoint = await (this.leaders?.next() ?? this.connectToOnly())
    this.endpoint = endpoint
    endpoint.onMessage((message) => this.receive(endpoint, message))
    endpoint.onClose(() => this.connectionClosed(endpoint))
    this.leaders?.onOvertaken(() => this.turnAwayFrom(endpoint))
    return endpoint
  }

  private connectToOnly(): Promise<JobManagerEndpoint> {
    return connectToJobManager({
      ...this.options,
      path: `${this.options.runDirectory}/${JOB_MANAGER_SOCKET}`,
      timeoutMs: this.config.get(OPTIONS.registrationTimeout),
    })
  }

  private receive(endpoint: JobManagerEndpoint, message: JobManagerMessage): void {
    if (endpoint !== this.endpoint) return
    if (message.kind === 'registrationAccepted' && this.leaders?.accepts(message.leaderToken) === false)
      this.turnAwayFrom(endpoint)
    else this.handle({kind: 'message', message})
  }

  private register(
    endpoint: JobManagerEndpoint,
    {servicesMs, slotsMs}: {readonly servicesMs: number; readonly slotsMs: number},
  ): void {
    if (this.isFailed || this.isEnding) return
    this.isRegistered = true
    endpoint.send(
      this.registration([
        {name: 'argument parsing', durationMs: this.options.argumentParsingMs},
        {name: 'service registration', durationMs: servicesMs},
        {name: 'slot initialisation', durationMs: slotsMs},
      ]),
    )
    // While the JobManager answers; the first heartbeat is half a second away.
    this.sendHeartbeatReport(UNASKED_REPORT)
  }

  private registration(startup: readonly StartupPhase[]): TaskManagerMessage {
    const {
      totalBytes = 0,
      frameworkHeapBytes = 0,
      taskHeapBytes = 0,
      managedBytes = 0,
      networkBytes = 0,
    } = this.division ?? {}
    return {
      kind: 'registerTaskManager',
      protocolVersion: RPC_PROTOCOL_VERSION,
      taskManagerId: this.options.taskManagerId,
      pid: process.pid,
      dataAddresses: this.slots.dataAddresses(this.slotCount),
      memory: {totalBytes, frameworkHeapBytes, taskHeapBytes, managedBytes, networkBytes},
      startup,
    }
  }

  /** Only a registered TaskManager is listened to, so one that could not start registers and leaves at once. */
  private async tellFailure(error: FtsError): Promise<void> {
    await Promise.race([this.connecting.catch(() => {}), this.pause(FLUSH_MS_MAX)])
    if (this.endpoint === undefined) return
    if (!this.isRegistered) this.endpoint.send(this.registration([]))
    this.endpoint.send({kind: 'unregister', reason: 'it cannot go on', error: error.toData()})
  }

  private say(error: FtsError): void {
    const tryThis = error.tryThis === undefined ? '' : ` (${error.tryThis})`
    this.options.say(`${this.options.taskManagerId}: ${error.message}${tryThis}\n`)
  }

  // ── events in, effects out ────────────────────────────────────────────────────────────────────────────────────────

  private receivedFromSlot(
    message: Extract<
      FromSlotMessage,
      {kind: 'taskStateChanged' | 'splitRequested' | 'checkpointReported' | 'watermarkReported'}
    >,
  ): void {
    this.handle(message)
  }

  private slotLost(slotIndex: number, error: FtsError): void {
    this.handle({kind: 'slotThreadLost', slotIndex, error: error.toData()})
  }

  private handle(event: TaskExecutorEvent): void {
    for (const effect of this.executor?.handle(event) ?? []) this.carryOut(effect)
    if (this.executor?.isIdle === true) this.whenIdle()
  }

  private carryOut(effect: TaskExecutorEffect): void {
    switch (effect.kind) {
      case 'send':
        this.endpoint?.send(effect.message)
        break
      case 'deploy':
        this.slots.post(effect.slotIndex, {kind: 'deploy', tasks: effect.tasks})
        break
      case 'cancelTask':
        this.slots.post(effect.slotIndex, {kind: 'cancel', attemptId: effect.attemptId})
        break
      case 'assignSplits':
        this.slots.post(effect.slotIndex, effect)
        break
      case 'watermarkLimit':
        this.slots.post(effect.slotIndex, effect)
        break
      case 'checkpoint':
        this.slots.post(effect.slotIndex, {kind: 'checkpoint', message: effect.message})
        break
      case 'sendHeartbeatReport':
        this.sendHeartbeatReport(effect.sequence)
        break
      case 'startCancellationTimer':
        this.startCancellationTimer(effect.attemptId)
        break
      case 'stopCancellationTimer':
        this.stopCancellationTimer(effect.attemptId)
        break
      case 'replaceSlotThread':
        this.slots.replace(effect.slotIndex)
        break
      case 'endProcess':
        void this.end(effect.exitCode, effect.atOnce)
    }
  }

  private sendHeartbeatReport(sequence: number): void {
    const report = heartbeatReport(this.slots.all(), this.executor?.runningTasks() ?? [])
    this.endpoint?.send({kind: 'heartbeatReport', sequence, report})
  }

  private startCancellationTimer(attemptId: ExecutionAttemptId): void {
    const timeoutMs = this.config.get(OPTIONS.cancellationTimeout)
    const timer = this.options.timers.after(timeoutMs, () => this.handle({kind: 'cancellationTimedOut', attemptId}))
    this.cancellations.set(attemptId, timer)
  }

  private stopCancellationTimer(attemptId: ExecutionAttemptId): void {
    this.cancellations.get(attemptId)?.cancel()
    this.cancellations.delete(attemptId)
  }

  // ── the end ───────────────────────────────────────────────────────────────────────────────────────────────────────

  private async end(exitCode: number, atOnce: boolean): Promise<void> {
    if (this.isEnding) return
    this.isEnding = true
    this.leaders?.stop()
    const isEveryThreadIdle = !atOnce && (await this.closeSlots())
    await this.flush()
    removeSockets(this.slots.dataAddresses(this.slotCount))
    const {runDirectory} = this.options
    if (this.isOwnerLost) await removeRunDirectoryOfDeadOwner(runDirectory, (delayMs) => this.pause(delayMs))
    endProcess(exitCode, {isEveryThreadIdle})
  }

  /** Operators close, sinks remove what they have half written. False if some slot does not answer in time. */
  private async closeSlots(): Promise<boolean> {
    const tooLate = this.pause(this.config.get(OPTIONS.cancellationTimeout)).then(() => ({hasPendingCalls: true}))
    const {hasPendingCalls} = await Promise.race([this.slots.close(), tooLate])
    return !hasPendingCalls
  }

  private async flush(): Promise<void> {
    const {endpoint} = this
    if (endpoint === undefined || endpoint.queuedBytes === 0) return
    const flushed = new Promise<void>((resolve) => endpoint.onClose(() => resolve()))
    endpoint.close()
    await Promise.race([flushed, this.pause(FLUSH_MS_MAX)])
  }

  private pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.options.timers.after(delayMs, resolve))
  }
}

function tryCompile(): WebAssembly.Module | undefined {
  try {
    return compileWordModule()
  } catch {
    return undefined
  }
}
