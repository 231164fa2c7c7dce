import {type ExecutionAttemptId, FtsError, type TaskManagerId} from '../core/index.js'
import {TaskMetrics} from '../metrics/index.js'
import type {Timer} from '../platform/index.js'
import {type JobManagerMessage, RPC_PROTOCOL_VERSION, RpcEndpoint, type TaskManagerMessage} from '../rpc/index.js'
import type {SlotEvents} from '../task/index.js'
import {
  type JobManagerEndpoint,
  LeaderFollower,
  TaskExecutor,
  type TaskExecutorEffect,
  type TaskExecutorEvent,
} from '../taskmanager/index.js'
import type {MessageFaults} from './message-faults.js'
import type {SimProcess} from './sim-process.js'
import type {SimSite} from './sim-site.js'
import {SimSlot} from './sim-slot.js'

const CANCELLATION_TIMEOUT_MS = 30_000

export interface SimTaskManagerOptions {
  readonly taskManagerId: TaskManagerId
  readonly process: SimProcess
  readonly slotCount: number
  readonly site: SimSite
  readonly faults: MessageFaults
  readonly socket: string
  /** Where JobManagers are elected; absent: there is one, at the socket. */
  readonly leaderFolder: string | undefined
  /** The process has ended. */
  exited(exit: {readonly code: number | null; readonly signal: string | null}): void
}

/** Of these, what is lost is asked for again or given up in time, and what comes twice must do nothing the second time. */
const CHECKPOINT_MESSAGES = new Set<string>([
  'triggerCheckpoint',
  'checkpointCompleted',
  'checkpointAborted',
  'acknowledgeCheckpoint',
  'declineCheckpoint',
])

/** Nothing of the job runs yet, or any more: there is nothing to kill. */
const NO_STEPS = new Set<string>([
  'heartbeat',
  'heartbeatReport',
  'registrationAccepted',
  'requestSlot',
  'offerSlot',
  'freeSlot',
  'slotFreed',
])

const REGISTRATION_MS_MAX = 30_000
const LOOK_FOR_LEADER_MS = 5

/** A TaskManager of the simulated cluster: the engine's TaskExecutor, with simulated slots and a simulated connection. */
export class SimTaskManager {
  private readonly executor: TaskExecutor
  private readonly slots: SimSlot[]
  private readonly cancellations = new Map<ExecutionAttemptId, Timer>()
  private readonly names = new Map<ExecutionAttemptId, string>()
  private readonly leaders: LeaderFollower | undefined
  private endpoint: JobManagerEndpoint | undefined
  /** Told when nobody has a slot any more. */
  private whenIdle: () => void = () => {}
  private hasExited = false

  constructor(private readonly options: SimTaskManagerOptions) {
    const {taskManagerId, slotCount} = options
    this.executor = new TaskExecutor({taskManagerId, slotCount, cancellationTimeoutMs: CANCELLATION_TIMEOUT_MS})
    this.slots = Array.from({length: slotCount}, (_, slotIndex) => this.newSlot(slotIndex))
    this.leaders = this.follower()
  }

  get id(): TaskManagerId {
    return this.options.taskManagerId
  }

  get isAlive(): boolean {
    return this.options.process.isAlive
  }

  /** Something of the job runs here. */
  get isBusy(): boolean {
    return this.slots.some(({taskCount}) => taskCount > 0)
  }

  async start(): Promise<void> {
    await Promise.all(this.slots.map((slot) => slot.listen()))
    await this.register(Promise.resolve())
  }

  /** kill −9: nothing is closed, nobody is told. */
  kill(): void {
    if (!this.isAlive) return
    this.die()
    this.ended({code: null, signal: 'SIGKILL'})
  }

  /** The thread of a slot ends, and what it knew with it. */
  loseSlot(): boolean {
    const slotIndex = this.slots.findIndex(({taskCount}) => taskCount > 0)
    if (slotIndex < 0) return false
    const error = new FtsError('restartable', 'FTS_SLOT_LOST', 'a fault of the simulation: the thread of a slot ended')
    this.slots[slotIndex].die()
    this.handle({kind: 'slotThreadLost', slotIndex, error: error.toData()})
    return true
  }

  failTask(): boolean {
    return this.slots.find(({taskCount}) => taskCount > 0)?.failOne() ?? false
  }

  private newSlot(slotIndex: number): SimSlot {
    const {site, process, taskManagerId} = this.options
    return new SimSlot(site, process, {dataAddress: `${taskManagerId}/${slotIndex}`, events: this.events})
  }

  private readonly events: SlotEvents = {
    taskStateChanged: (change) => this.handle({kind: 'taskStateChanged', change}),
    requestSplit: (request) => this.handle({kind: 'splitRequested', request}),
    checkpointReported: (report) => this.handle({kind: 'checkpointReported', report}),
    watermarkReported: (attemptId, report) => this.handle({kind: 'watermarkReported', attemptId, report}),
  }

  private follower(): LeaderFollower | undefined {
    const {leaderFolder: folder, process, site} = this.options
    if (folder === undefined) return undefined
    const [disk, net] = [site.disk.of(process), site.net.of(process)]
    const times = {timeoutMs: REGISTRATION_MS_MAX, periodMs: LOOK_FOR_LEADER_MS}
    return new LeaderFollower({folder, ...times, disk, net, clock: site.world, timers: process})
  }

  private async register(idle: Promise<void>): Promise<void> {
    try {
      const endpoint = await this.connect()
      await idle
      if (this.isAlive && endpoint === this.endpoint) this.sendRegistration()
    } catch {
      this.exit(1)
    }
  }

  private async connect(): Promise<JobManagerEndpoint> {
    const {site, process, socket} = this.options
    const endpoint: JobManagerEndpoint = await (this.leaders?.next() ??
      site.net
        .of(process)
        .connect(socket)
        .then((connection) => new RpcEndpoint(connection, 'taskmanager')))
    this.endpoint = endpoint
    endpoint.onMessage((message) => this.receivedFrom(endpoint, message))
    endpoint.onClose(() => this.connectionClosed(endpoint))
    this.leaders?.onOvertaken(() => this.turnAwayFrom(endpoint))
    return endpoint
  }

  private receivedFrom(endpoint: JobManagerEndpoint, message: JobManagerMessage): void {
    if (endpoint !== this.endpoint) return
    const isAccepted = message.kind === 'registrationAccepted' && this.leaders !== undefined
    if (isAccepted && !this.leaders.accepts(message.leaderToken)) this.turnAwayFrom(endpoint)
    else this.received(message)
  }

  /** A JobManager that is stopped does not close its end. */
  private turnAwayFrom(endpoint: JobManagerEndpoint): void {
    endpoint.close()
    this.connectionClosed(endpoint)
  }

  /** What ran for the leader before has ended when the next one hears of this TaskManager. */
  private connectionClosed(endpoint: JobManagerEndpoint): void {
    if (!this.isAlive || endpoint !== this.endpoint) return
    if (this.leaders === undefined) this.exit(1)
    else this.changeLeader()
  }

  private changeLeader(): void {
    this.endpoint = undefined
    const idle = new Promise<void>((resolve) => {
      this.whenIdle = resolve
    })
    this.handle({kind: 'leaderLost'})
    void this.register(idle)
  }

  private sendRegistration(): void {
    const {taskManagerId, slotCount} = this.options
    this.endpoint?.send({
      kind: 'registerTaskManager',
      protocolVersion: RPC_PROTOCOL_VERSION,
      taskManagerId,
      pid: 1,
      dataAddresses: Array.from({length: slotCount}, (_, slotIndex) => `${taskManagerId}/${slotIndex}`),
      memory: {totalBytes: 1, frameworkHeapBytes: 0, taskHeapBytes: 0, managedBytes: 1, networkBytes: 0},
      startup: [],
    })
  }

  private received(message: JobManagerMessage): void {
    if (!this.isAlive) return
    for (let copies = this.copiesOf(message); copies > 0; copies--) {
      this.note(message)
      this.handle({kind: 'message', message})
    }
  }

  private send(message: TaskManagerMessage): void {
    for (let copies = this.copiesOf(message); copies > 0; copies--) {
      this.note(message)
      this.endpoint?.send(message)
    }
  }

  private copiesOf({kind}: {readonly kind: string}): number {
    return CHECKPOINT_MESSAGES.has(kind) ? this.options.faults.copies() : 1
  }

  private note(message: JobManagerMessage | TaskManagerMessage): void {
    const {steps} = this.options.site
    if (message.kind === 'submitTasks')
      for (const {attemptId, vertexName, subtaskIndex, parallelism} of message.tasks)
        this.names.set(attemptId, `${vertexName} (${subtaskIndex + 1}/${parallelism})`)
    const where = 'attemptId' in message ? (this.names.get(message.attemptId) ?? '') : ''
    if (message.kind === 'taskStateChanged') steps.add({what: message.state, where})
    else if (!NO_STEPS.has(message.kind)) steps.add({what: message.kind, where})
  }

  private handle(event: TaskExecutorEvent): void {
    if (!this.isAlive) return
    for (const effect of this.executor.handle(event)) this.carryOut(effect)
    if (this.executor.isIdle) this.whenIdle()
  }

  private carryOut(effect: TaskExecutorEffect): void {
    switch (effect.kind) {
      case 'send':
        this.send(effect.message)
        break
      case 'deploy':
        this.slots[effect.slotIndex].deploy(effect.tasks)
        break
      case 'cancelTask':
        this.slots[effect.slotIndex].cancel(effect.attemptId)
        break
      case 'assignSplits':
        this.slots[effect.slotIndex].assignSplits(effect.attemptId, effect.splits, effect.noMoreSplits)
        break
      case 'watermarkLimit':
        this.slots[effect.slotIndex].watermarkLimit(effect.attemptId, effect.group, effect.limitMs)
        break
      case 'checkpoint':
        this.slots[effect.slotIndex].checkpoint(effect.message)
        break
      case 'sendHeartbeatReport':
        this.report(effect.sequence)
        break
      case 'startCancellationTimer':
        this.startCancellationTimer(effect.attemptId)
        break
      case 'stopCancellationTimer':
        this.cancellations.get(effect.attemptId)?.cancel()
        break
      case 'replaceSlotThread':
        this.replaceSlot(effect.slotIndex)
        break
      case 'endProcess':
        this.exit(effect.exitCode)
    }
  }

  private replaceSlot(slotIndex: number): void {
    const slot = this.newSlot(slotIndex)
    this.slots[slotIndex] = slot
    this.options.process.world.hold(slot.listen())
  }

  private startCancellationTimer(attemptId: ExecutionAttemptId): void {
    const timer = this.options.process.after(CANCELLATION_TIMEOUT_MS, () =>
      this.handle({kind: 'cancellationTimedOut', attemptId}),
    )
    this.cancellations.set(attemptId, timer)
  }

  private report(sequence: number): void {
    const metrics = new TaskMetrics().snapshot()
    const tasks = this.executor.runningTasks().map(({attemptId, slotIndex}) => ({attemptId, slotIndex, metrics}))
    const figures = {rssBytes: 1, heapUsedBytes: 1, managedUsedBytes: 0, cpuMs: 1}
    this.endpoint?.send({
      kind: 'heartbeatReport',
      sequence,
      report: {tasks, ...figures, networkBuffersUsed: 0, networkBuffersTotal: 1},
    })
  }

  private exit(code: number): void {
    if (!this.isAlive) return
    this.die()
    this.ended({code, signal: null})
  }

  private die(): void {
    const {process, site} = this.options
    process.isAlive = false
    for (const slot of this.slots) slot.die()
    site.net.died(process)
    site.transport.died(process)
  }

  private ended(exit: {readonly code: number | null; readonly signal: string | null}): void {
    if (this.hasExited) return
    this.hasExited = true
    const {site} = this.options
    site.world.after(site.random.next() * site.pace.messageMsMax, () => this.options.exited(exit))
  }
}
