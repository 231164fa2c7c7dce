import {Configuration, OPTIONS} from '../../src/config/index.js'
import {
  canMove,
  EXECUTION_MOVES,
  type ExecutionState,
  isTerminalExecution,
  isTerminalJob,
  JOB_MOVES,
  type JobStatus,
  type Moves,
  taskManagerId,
} from '../../src/core/index.js'
import type {JobGraphSpec} from '../../src/graph/index.js'
import {type JobHandle, JobManager} from '../../src/jobmanager/index.js'
import type {JobResult} from '../../src/metrics/index.js'
import {type LogLevel, SeededRandom} from '../../src/platform/index.js'
import type {ProcessNet} from '../../src/prove/sim-net.js'
import {SimWorld} from '../../src/prove/sim-world.js'
import {MemoryDisk} from './memory-disk.js'
import {SimDataPlane} from './sim-data-plane.js'
import {cuttingNet} from './sim-net.js'
import {type SimFaults, SimTaskManager} from './sim-task-manager.js'

export interface SimClusterOptions {
  readonly seed: number
  readonly taskManagerCount: number
  readonly slotsEach: number
  readonly faults?: Partial<SimFaults>
  /** TaskManagers register up to this late. */
  readonly registrationMsMax?: number
}

const NO_FAULTS: SimFaults = {ignoresCancel: false, refusesSlots: false, failing: undefined}

/** Nothing happens outside but promises. */
async function promisesSettled(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await null
}

interface WatchedJob {
  readonly handle: JobHandle
  readonly graph: JobGraphSpec
  status: JobStatus
  readonly tasks: Map<string, ExecutionState>
  result: JobResult | undefined
}

/**
 * The real JobManager with simulated time, sockets and TaskManagers, all in this process and all from a seed. After each step the
 * cluster's invariants are checked; what was found wrong is in `violations`.
 */
export class SimCluster {
  readonly random: SeededRandom
  readonly world = new SimWorld(promisesSettled)
  readonly dataPlane = new SimDataPlane()
  readonly taskManagers: SimTaskManager[] = []
  readonly violations: string[] = []
  readonly log: string[] = []
  jobManager!: JobManager
  private readonly jobs: WatchedJob[] = []

  private constructor(private readonly options: SimClusterOptions) {
    this.random = new SeededRandom(options.seed)
  }

  static async start(options: SimClusterOptions): Promise<SimCluster> {
    const cluster = new SimCluster(options)
    const {world, random} = cluster
    const net = cuttingNet({world, random, delayMsMax: random.pick([0, 1, 5, 20])})
    cluster.jobManager = await JobManager.start({
      runDir: '/run',
      config: Configuration.defaults.with(OPTIONS.heartbeatInterval, 100).with(OPTIONS.heartbeatTimeout, 1000),
      net,
      clock: world,
      timers: world,
      log: {write: (level, message) => cluster.logged(level, message)},
      disk: new MemoryDisk(),
      random,
    })
    cluster.jobManager.onKillTaskManager((id) => cluster.taskManagers[indexOf(id)].kill())
    cluster.jobManager.expectTaskManagers(options.taskManagerCount, options.slotsEach)
    for (let index = 0; index < options.taskManagerCount; index++) cluster.addTaskManager(index, net)
    return cluster
  }

  submit(graph: JobGraphSpec): JobHandle {
    const handle = this.jobManager.submitJob(graph)
    const job: WatchedJob = {handle, graph, status: 'INITIALIZING', tasks: new Map(), result: undefined}
    handle.result.then((result) => {
      job.result = result
    })
    this.jobs.push(job)
    return handle
  }

  cancelAll(): void {
    for (const {handle} of this.jobs) handle.cancel()
  }

  /** Runs until every job has its result, and then until everything has come to rest. */
  async run(): Promise<readonly JobResult[]> {
    const deadlineMs = this.world.monotonicMs() + 120_000
    while (this.jobs.some((job) => job.result === undefined)) {
      if (this.world.monotonicMs() > deadlineMs) throw new Error(`a job did not end:\n${this.log.join('\n')}`)
      if (!(await this.step()))
        throw new Error(`nothing is left to happen, and a job has not ended:\n${this.log.join('\n')}`)
    }
    const restMs = this.world.monotonicMs() + 500
    while (this.world.monotonicMs() < restMs && (await this.step()));
    this.checkRest()
    return this.jobs.map((job) => job.result!)
  }

  /** Ends the cluster; afterwards nothing may be left to happen. */
  async shutdown(): Promise<void> {
    void this.jobManager.shutdown()
    for (let steps = 0; await this.world.step(); steps++)
      if (steps > 100_000) throw new Error('the cluster does not come to rest after its shutdown')
    if (this.taskManagers.some((taskManager) => taskManager.isAlive && !taskManager.isFrozen))
      this.violations.push('a TaskManager outlived the shutdown')
  }

  private async step(): Promise<boolean> {
    const happened = await this.world.step()
    for (const job of this.jobs) this.check(job)
    return happened
  }

  private addTaskManager(index: number, net: ProcessNet): void {
    const {slotsEach, faults, registrationMsMax = 30} = this.options
    const id = taskManagerId(`tm-${index + 1}`)
    const taskManager = new SimTaskManager({
      taskManagerId: id,
      pid: 1000 + index,
      slotCount: slotsEach,
      world: this.world,
      random: this.random,
      net,
      dataPlane: this.dataPlane,
      faults: {...NO_FAULTS, ...faults},
      socket: '/run/jm.sock',
      exited: (exit) => this.jobManager.taskManagerExited(id, exit),
    })
    this.taskManagers.push(taskManager)
    this.world.after(this.random.next() * registrationMsMax, () => void taskManager.register())
  }

  private logged(level: LogLevel, message: string): void {
    this.log.push(`${this.world.monotonicMs().toFixed(1)} ${level} ${message}`)
    if (level === 'error') this.violations.push(`the JobManager logged an error: ${message}`)
  }

  /** What must hold after each step. */
  private check(job: WatchedJob): void {
    const view = job.handle.view()
    this.checkMove(JOB_MOVES, `job ${view.name}`, job.status, view.status)
    job.status = view.status
    for (const {name, subtasks} of view.vertices)
      for (const {subtaskIndex, state} of subtasks) {
        const task = `${name}/${subtaskIndex}`
        this.checkMove(EXECUTION_MOVES, `task ${task}`, job.tasks.get(task) ?? 'CREATED', state)
        job.tasks.set(task, state)
        if (isTerminalJob(view.status) && !isTerminalExecution(state))
          this.violations.push(`job ${view.name} is ${view.status} while ${task} is ${state}`)
      }
  }

  /** A step may move a state several times. */
  private checkMove<State extends string>(moves: Moves<State>, what: string, from: State, to: State): void {
    if (!reachable(moves, from, to)) this.violations.push(`${what} went from ${from} to ${to}`)
  }

  private checkRest(): void {
    for (const taskManager of this.taskManagers) {
      this.violations.push(...taskManager.violations)
      if (taskManager.usedSlotCount > 0 && !taskManager.isFrozen)
        this.violations.push('a slot is still held after the end')
    }
    for (const {result, handle} of this.jobs) {
      const {taskManagers, status} = handle.view()
      if (status !== result!.view.status) this.violations.push(`the status moved after the end: ${status}`)
      for (const {taskManagerId: id, alive, slots} of taskManagers)
        if (alive && !this.taskManagers[indexOf(id)].isFrozen && slots.some(({state}) => state !== 'free'))
          this.violations.push('a slot is still allocated after the end')
    }
    for (const job of this.jobs) if (job.result!.status === 'FINISHED') this.checkInput(job)
    this.violations.push(...this.dataPlane.violations)
  }

  /** A job that finished has read every byte of its input once. */
  private checkInput({graph}: WatchedJob): void {
    for (const {vertexId, input} of graph.vertices) {
      if (input?.kind !== 'files') continue
      const processed = this.dataPlane.processedBytes(vertexId)
      for (const {path, sizeBytes} of input.files)
        if ((processed.get(path) ?? 0) !== sizeBytes)
          this.violations.push(`${path}: ${processed.get(path)} of ${sizeBytes} read`)
    }
  }
}

function indexOf(id: string): number {
  return Number(id.slice('tm-'.length)) - 1
}

function reachable<State extends string>(moves: Moves<State>, from: State, to: State): boolean {
  if (from === to || canMove(moves, from, to)) return true
  const seen = new Set<State>([from])
  for (const state of seen) for (const next of moves[state]) seen.add(next)
  return seen.has(to)
}
