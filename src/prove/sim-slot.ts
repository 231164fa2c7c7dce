import type {ProgramFunctions, ProgramJob} from '../api/index.js'
import {StateFiles} from '../checkpoint/index.js'
import {createWordKernel} from '../columns/index.js'
import {type ExecutionAttemptId, FtsError} from '../core/index.js'
import type {TaskDeployment} from '../graph/index.js'
import {NodeIOManager} from '../io/index.js'
import {SimpleMemoryManager} from '../memory/index.js'
import {TaskMetrics} from '../metrics/index.js'
import {type OperatorRegistry, StateStorage} from '../operators/index.js'
import {createShuffleEnvironment, NetworkBufferPool, type ShuffleEnvironment} from '../shuffle/index.js'
import {type SlotEvents, type SlotRunnerParts, slotOperators, Task} from '../task/index.js'
import {barrierOf, type CheckpointMessage, keepsStateInStore} from '../taskmanager/index.js'
import {MemoryStore} from './memory-store.js'
import {SimProcess} from './sim-process.js'
import type {SimSite} from './sim-site.js'
import {watchedFunctions, watchedRegistry} from './watched-operators.js'

const MANAGED_BYTES = 64 * 1024 * 1024
const PAGE_BYTES = 32 * 1024
/** Small segments, so that a job of a few records has several of them. */
const SEGMENT_BYTES = 4096
const NETWORK_BYTES = 64 * 1024 * 1024

/** What a slot does when it is told so, one thing after the other. */
type Order = () => void | Promise<void>

/**
 * A slot of the simulated cluster: the engine's tasks, each of whose steps is an entry of the world's queue. It loads the program once, as a
 * slot's thread does: what the program keeps outside of state outlives a failed attempt here, and is lost with the process.
 */
export class SimSlot {
  private readonly thread: SimProcess
  private readonly events: SlotEvents
  private readonly tasks = new Map<ExecutionAttemptId, Task>()
  private readonly scheduled = new Set<Task>()
  private readonly parts: SlotRunnerParts
  private readonly shuffle: ShuffleEnvironment
  private readonly memory = new SimpleMemoryManager({totalBytes: MANAGED_BYTES, pageSizeBytes: PAGE_BYTES})
  private readonly storage: StateStorage
  private functions: ProgramFunctions | undefined
  private orders: Promise<void> | undefined

  constructor(
    private readonly site: SimSite,
    process: SimProcess,
    private readonly of: {readonly dataAddress: string; readonly events: SlotEvents},
  ) {
    this.thread = new SimProcess(of.dataAddress, process.world)
    this.events = eventsWhileAlive(of.events, this.thread)
    this.shuffle = this.slotShuffle()
    this.storage = new StateStorage({store: new MemoryStore(), cacheBytes: site.pace.cacheBytes})
    this.parts = this.slotParts()
  }

  listen(): Promise<void> {
    return this.shuffle.listen()
  }

  get taskCount(): number {
    return this.tasks.size
  }

  deploy(deployments: readonly TaskDeployment[]): void {
    this.order(async () => {
      try {
        await this.loadProgram()
        const created = deployments.map((deployment) => this.create(deployment))
        for (const task of created) task.open()
      } catch (thrown) {
        const error = FtsError.from(thrown).toData()
        for (const {attemptId} of deployments)
          this.events.taskStateChanged({attemptId, state: 'FAILED', metricsBlock: 0, error})
      }
    })
  }

  cancel(attemptId: ExecutionAttemptId): void {
    this.order(() => this.tasks.get(attemptId)?.cancel())
  }

  assignSplits(attemptId: ExecutionAttemptId, ...given: Parameters<Task['assignSplits']>): void {
    this.order(() => this.tasks.get(attemptId)?.assignSplits(...given))
  }

  watermarkLimit(attemptId: ExecutionAttemptId, group: string, limitMs: number): void {
    this.order(() => this.tasks.get(attemptId)?.watermarkLimit(group, limitMs))
  }

  checkpoint(message: CheckpointMessage): void {
    const {attemptId, checkpointId} = message
    this.order(() => {
      const task = this.tasks.get(attemptId)
      if (message.kind === 'checkpointCompleted') task?.checkpointCompleted(checkpointId)
      else if (message.kind === 'checkpointAborted') task?.checkpointAborted(checkpointId)
      else task?.triggerCheckpoint(barrierOf(message))
    })
  }

  /** One of its tasks fails, as if its code had thrown. */
  failOne(): boolean {
    if (this.tasks.size === 0) return false
    const task = this.site.random.pick([...this.tasks.values()])
    task.fail(new FtsError('restartable', 'FTS_PROVE_FAULT', 'a fault of the simulation: a task failed'))
    return true
  }

  /** Its thread has ended: nothing of it happens any more, and nothing is closed. */
  die(): void {
    this.thread.isAlive = false
    this.site.transport.died(this.thread)
    this.tasks.clear()
  }

  /** While the program loads, what comes waits. */
  private order(order: Order): void {
    if (this.orders === undefined) {
      const done = order()
      if (done === undefined) return
      this.orders = done
    } else this.orders = this.orders.then(order)
    const mine = this.orders
    this.thread.world.hold(
      mine.then(() => {
        if (this.orders === mine) this.orders = undefined
      }),
    )
  }

  private async loadProgram(): Promise<void> {
    if (this.functions !== undefined) return
    const job: ProgramJob = await this.site.loadJob()
    const functions = job.functions({...this.site.place(this.thread), timers: this.thread, collectAddress: undefined})
    this.functions = watchedFunctions(functions, this.site)
  }

  private create(deployment: TaskDeployment): Task {
    this.site.tap?.deployed(deployment)
    const task: Task = new Task({
      deployment,
      parts: this.parts,
      metrics: new TaskMetrics(),
      metricsBlock: 0,
      schedule: () => this.schedule(task),
      ended: () => {
        this.tasks.delete(deployment.attemptId)
      },
    })
    this.tasks.set(deployment.attemptId, task)
    return task
  }

  private schedule(task: Task): void {
    if (task.isEnded || this.scheduled.has(task)) return
    this.scheduled.add(task)
    this.thread.after(this.site.random.next() * this.site.pace.stepMsMax, () => {
      this.scheduled.delete(task)
      if (!task.isEnded && task.step() === 'busy') this.schedule(task)
    })
  }

  private slotShuffle(): ShuffleEnvironment {
    const {transport, newRandom} = this.site
    return createShuffleEnvironment({
      dataAddress: this.of.dataAddress,
      transport: transport.of(this.thread),
      pool: new NetworkBufferPool({
        totalBytes: NETWORK_BYTES,
        segmentSizeBytes: SEGMENT_BYTES,
        blockBytes: 8 * SEGMENT_BYTES,
      }),
      buffersPerChannel: 2,
      floatingBuffersPerGate: 8,
      maxBuffersPerChannel: 10,
      partitionRequestTimeoutMs: 10_000,
      timers: this.thread,
      random: newRandom('shuffle'),
    })
  }

  private slotParts(): SlotRunnerParts {
    const {thread, site} = this
    const {world} = thread
    return {
      shuffle: this.shuffle,
      registry: this.registry(),
      functionsOf: () => this.functions,
      stateStorageOf: (task) => (keepsStateInStore(task) ? this.storage : undefined),
      memory: this.memory,
      io: new NodeIOManager({name: `prove-${site.random.hex(8)}`, tmpDirs: ''}),
      metricsMemory: new SharedArrayBuffer(0),
      events: this.events,
      stateFiles: new StateFiles(site.disk.of(thread), site.newRandom('files')),
      timers: thread,
      nowMs: () => world.nowMs(),
    }
  }

  private registry(): OperatorRegistry {
    const {site, thread} = this
    const kernel = () => createWordKernel({preferred: 'typescript'})
    const registry = slotOperators({timers: thread, kernel, openTarget: site.outputs.openTarget})
    return watchedRegistry(registry, site)
  }
}

function eventsWhileAlive(events: SlotEvents, thread: SimProcess): SlotEvents {
  return {
    taskStateChanged: (change) => {
      if (thread.isAlive) events.taskStateChanged(change)
    },
    requestSplit: (request) => {
      if (thread.isAlive) events.requestSplit(request)
    },
    checkpointReported: (report) => {
      if (thread.isAlive) events.checkpointReported(report)
    },
    watermarkReported: (attemptId, report) => {
      if (thread.isAlive) events.watermarkReported?.(attemptId, report)
    },
  }
}
