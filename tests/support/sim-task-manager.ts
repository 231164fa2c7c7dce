import {
  type AllocationId,
  type ErrorData,
  FtsError,
  type JobId,
  type Split,
  type TaskManagerId,
} from '../../src/core/index.js'
import type {TaskDeployment} from '../../src/graph/index.js'
import {TASK_COUNTERS, type TaskMetricsSnapshot} from '../../src/metrics/index.js'
import type {SeededRandom} from '../../src/platform/index.js'
import type {SimConnection} from '../../src/prove/sim-connection.js'
import type {ProcessNet} from '../../src/prove/sim-net.js'
import type {SimWorld} from '../../src/prove/sim-world.js'
import {
  type JobManagerMessage,
  RPC_PROTOCOL_VERSION,
  RpcEndpoint,
  type TaskManagerMessage,
} from '../../src/rpc/index.js'
import type {SimDataPlane} from './sim-data-plane.js'

/** How a simulated TaskManager misbehaves. */
export interface SimFaults {
  /** Tasks do not stop when they are cancelled. */
  readonly ignoresCancel: boolean
  /** Slots are refused. */
  readonly refusesSlots: boolean
  /** The task of this vertex name fails with this error while it runs. */
  readonly failing: {readonly vertexName: string; readonly error: ErrorData} | undefined
}

export interface SimTaskManagerOptions {
  readonly taskManagerId: TaskManagerId
  readonly pid: number
  readonly slotCount: number
  readonly world: SimWorld
  readonly random: SeededRandom
  readonly net: ProcessNet
  readonly dataPlane: SimDataPlane
  readonly faults: SimFaults
  readonly socket: string
  /** Its process has ended. */
  exited(exit: {readonly code: number | null; readonly signal: string | null}): void
}

interface SimTask {
  readonly deployment: TaskDeployment
  readonly splits: Split[]
  noMoreSplits: boolean
  asked: boolean
  running: boolean
  cancelling: boolean
}

/** A TaskManager that follows the protocol without doing any work, and dies, hangs or fails when told to. */
export class SimTaskManager {
  readonly violations: string[] = []
  private readonly slots: ({readonly jobId: JobId; readonly allocationId: AllocationId} | undefined)[]
  private readonly tasks = new Map<string, SimTask>()
  private endpoint: RpcEndpoint<TaskManagerMessage, JobManagerMessage> | undefined
  private connection: SimConnection | undefined
  private accepted = false
  isAlive = true
  isFrozen = false

  constructor(private readonly options: SimTaskManagerOptions) {
    this.slots = Array.from({length: options.slotCount}, () => undefined)
  }

  get usedSlotCount(): number {
    return this.slots.filter((slot) => slot !== undefined).length
  }

  async register(): Promise<void> {
    const {net, socket, taskManagerId, pid, slotCount} = this.options
    if (!this.isAlive) return
    try {
      this.connection = await net.connect(socket)
    } catch {
      // The JobManager has ended before this TaskManager came up.
      this.exit({code: 1, signal: null})
      return
    }
    if (!this.isAlive) return this.connection.cut()
    this.endpoint = new RpcEndpoint(this.connection, 'taskmanager')
    this.endpoint.onMessage((message) => this.receive(message))
    this.endpoint.onClose(() => this.exit({code: 1, signal: null}))
    this.endpoint.send({
      kind: 'registerTaskManager',
      protocolVersion: RPC_PROTOCOL_VERSION,
      taskManagerId,
      pid,
      dataAddresses: Array.from({length: slotCount}, (_, slot) => `${taskManagerId}/${slot}`),
      memory: {totalBytes: 5, frameworkHeapBytes: 1, taskHeapBytes: 1, managedBytes: 2, networkBytes: 1},
      startup: [],
    })
  }

  /** kill −9. */
  kill(): void {
    if (!this.isAlive) return
    this.die()
    this.connection?.cut()
    this.options.world.after(this.options.random.next() * 20, () =>
      this.options.exited({code: null, signal: 'SIGKILL'}),
    )
  }

  /** Answers nothing any more, and does nothing. */
  freeze(): void {
    this.isFrozen = true
  }

  /** Loses its connection; it then ends by itself. */
  loseConnection(): void {
    if (this.connection === undefined || !this.isAlive) return
    this.connection.cut()
    this.exit({code: 1, signal: null})
  }

  private exit(exit: {readonly code: number | null; readonly signal: string | null}): void {
    if (!this.isAlive) return
    this.die()
    this.connection?.close()
    this.options.world.after(this.options.random.next() * 20, () => this.options.exited(exit))
  }

  private die(): void {
    this.isAlive = false
    for (const task of this.tasks.values()) this.options.dataPlane.taskEnded(task.deployment, 'FAILED')
    this.tasks.clear()
    this.slots.fill(undefined)
  }

  private receive(message: JobManagerMessage): void {
    if (!this.isAlive || this.isFrozen) return
    if (message.kind === 'registrationAccepted') this.accepted = true
    else if (!this.accepted && message.kind !== 'registrationRefused' && message.kind !== 'shutdown')
      this.violation(`got ${message.kind} before its registration was accepted`)
    this.react(message)
  }

  private react(message: JobManagerMessage): void {
    switch (message.kind) {
      case 'requestSlot':
        this.requestSlot(message)
        break
      case 'freeSlot':
        this.freeSlot(message)
        break
      case 'submitTasks':
        for (const task of message.tasks) this.submit(task)
        break
      case 'cancelTask':
        this.cancel(message.attemptId)
        break
      case 'assignSplits':
        this.assign(message)
        break
      case 'heartbeat':
        this.heartbeat(message.sequence)
        break
      case 'shutdown':
        this.exit({code: 0, signal: null})
        break
      case 'registrationRefused':
        this.violation(`was refused: ${message.reason}`)
        break
      case 'registrationAccepted':
        break
    }
  }

  private requestSlot({slotIndex, jobId, allocationId}: Extract<JobManagerMessage, {kind: 'requestSlot'}>): void {
    const holder = this.slots[slotIndex]
    if (holder !== undefined) this.violation(`slot ${slotIndex} was requested for ${jobId}; ${holder.jobId} has it`)
    if (this.options.faults.refusesSlots) {
      this.send({kind: 'slotRefused', slotIndex, allocationId, reason: 'it is broken'})
      return
    }
    this.slots[slotIndex] = {jobId, allocationId}
    this.send({kind: 'offerSlot', jobId, allocationId, slotIndex})
  }

  private freeSlot({slotIndex, allocationId}: Extract<JobManagerMessage, {kind: 'freeSlot'}>): void {
    if (this.slots[slotIndex]?.allocationId !== allocationId) {
      if (this.options.faults.refusesSlots) return
      this.violation(`slot ${slotIndex} was freed by ${allocationId}, which does not have it`)
      return
    }
    for (const [attemptId, task] of this.tasks) {
      if (task.deployment.allocationId !== allocationId) continue
      this.options.dataPlane.taskEnded(task.deployment, 'CANCELED')
      this.tasks.delete(attemptId)
    }
    this.slots[slotIndex] = undefined
    this.send({kind: 'slotFreed', slotIndex, allocationId})
  }

  private submit(deployment: TaskDeployment): void {
    const slot = this.slots[deployment.slotIndex]
    if (slot?.allocationId !== deployment.allocationId || slot.jobId !== deployment.jobId)
      this.violation(`${deployment.attemptId} was sent to slot ${deployment.slotIndex}, which it does not have`)
    const {initialSplits, noMoreSplits} = deployment
    const splits = [...initialSplits]
    const task: SimTask = {deployment, splits, noMoreSplits, asked: false, running: false, cancelling: false}
    this.tasks.set(deployment.attemptId, task)
    this.options.dataPlane.given(deployment, initialSplits)
    this.sendState(task, 'INITIALIZING')
    this.later(task, () => {
      task.running = true
      this.sendState(task, 'RUNNING')
      this.work(task)
    })
  }

  /** A step of a task's life; each schedules the next. */
  private work(task: SimTask): void {
    if (task.cancelling) return
    const {faults, random} = this.options
    if (faults.failing?.vertexName === task.deployment.vertexName && random.chance(0.3))
      this.fail(task, faults.failing.error)
    else if (task.deployment.inputGates.length > 0) this.workOnInput(task)
    else this.workOnSplits(task)
  }

  private workOnInput(task: SimTask): void {
    const input = this.options.dataPlane.inputOf(task.deployment)
    if (input === 'complete') this.finish(task)
    else if (input === 'gone') this.fail(task, connectionLost(task))
    else this.later(task, () => this.work(task))
  }

  private workOnSplits(task: SimTask): void {
    const split = task.splits.shift()
    if (split !== undefined) {
      this.options.dataPlane.split(task.deployment, split)
      this.later(task, () => this.work(task))
    } else if (task.noMoreSplits) this.finish(task)
    else if (!task.asked) {
      task.asked = true
      const {vertexId, attemptId, subtaskIndex} = task.deployment
      this.send({kind: 'requestSplit', vertexId, attemptId, subtaskIndex})
    }
  }

  private assign({attemptId, splits, noMoreSplits}: Extract<JobManagerMessage, {kind: 'assignSplits'}>): void {
    const task = this.tasks.get(attemptId)
    if (task === undefined) return
    if (splits.length === 0 && !noMoreSplits) this.violation(`${attemptId} was answered with nothing`)
    this.options.dataPlane.given(task.deployment, splits)
    task.splits.push(...splits)
    task.noMoreSplits = noMoreSplits
    task.asked = false
    if (task.running) this.work(task)
  }

  private cancel(attemptId: string): void {
    const task = this.tasks.get(attemptId)
    if (task === undefined || task.cancelling) return
    task.cancelling = true
    if (this.options.faults.ignoresCancel) return
    this.later(task, () => this.end(task, 'CANCELED'))
  }

  private finish(task: SimTask): void {
    this.end(task, 'FINISHED')
  }

  private fail(task: SimTask, error: ErrorData): void {
    // A neighbour may see the end of the connection before the JobManager hears of the failure.
    this.options.dataPlane.taskEnded(task.deployment, 'FAILED')
    this.later(task, () => this.end(task, 'FAILED', error))
    task.cancelling = true
  }

  private end(task: SimTask, state: 'FINISHED' | 'FAILED' | 'CANCELED', error?: ErrorData): void {
    this.tasks.delete(task.deployment.attemptId)
    this.options.dataPlane.taskEnded(task.deployment, state)
    this.sendState(task, state, {
      metrics: metricsOf(10),
      reports: {'ended tasks': 1},
      ...(error === undefined ? {} : {error}),
    })
  }

  private heartbeat(sequence: number): void {
    const tasks = [...this.tasks.values()].map(({deployment}) => ({
      attemptId: deployment.attemptId,
      slotIndex: deployment.slotIndex,
      metrics: metricsOf(5),
    }))
    const report = {
      rssBytes: 1,
      heapUsedBytes: 1,
      managedUsedBytes: 0,
      networkBuffersUsed: 0,
      networkBuffersTotal: 9,
      cpuMs: 1,
    }
    this.send({kind: 'heartbeatReport', sequence, report: {tasks, ...report}})
  }

  private sendState(
    {deployment}: SimTask,
    state: Extract<TaskManagerMessage, {kind: 'taskStateChanged'}>['state'],
    more: Partial<Extract<TaskManagerMessage, {kind: 'taskStateChanged'}>> = {},
  ): void {
    this.send({kind: 'taskStateChanged', attemptId: deployment.attemptId, state, ...more})
  }

  private send(message: TaskManagerMessage): void {
    this.endpoint?.send(message)
  }

  private later(task: SimTask, run: () => void): void {
    this.soon(() => {
      if (this.tasks.get(task.deployment.attemptId) === task) run()
    })
  }

  private soon(run: () => void): void {
    this.options.world.after(this.options.random.next() * 15, () => {
      if (this.isAlive && !this.isFrozen) run()
    })
  }

  private violation(what: string): void {
    this.violations.push(`${this.options.taskManagerId}: ${what}`)
  }
}

/** Every counter at `value`. */
export function metricsOf(value: number): TaskMetricsSnapshot {
  return Object.fromEntries(TASK_COUNTERS.map((name) => [name, value])) as unknown as TaskMetricsSnapshot
}

function connectionLost(task: SimTask): ErrorData {
  const {attemptId} = task.deployment
  return new FtsError('restartable', 'FTS_SIM_PEER_GONE', 'the connection to a producer closed', {attemptId}).toData()
}
