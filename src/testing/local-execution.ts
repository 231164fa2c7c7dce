import type {ProgramFunctions, ProgramJob} from '../api/index.js'
import {
  type AccumulatorSnapshots,
  allocationId,
  type CheckpointReport,
  type ExecutionAttemptId,
  FtsError,
  type JobVertexId,
  mergeAccumulators,
  type TaskRestore,
  taskManagerId,
} from '../core/index.js'
import {
  createExecutionGraph,
  type ExecutionGraphPlan,
  type JobGraphSpec,
  type SubtaskPlan,
  toTaskDeployment,
} from '../graph/index.js'
import {NodeIOManager} from '../io/index.js'
import {SplitAssigner} from '../jobmanager/index.js'
import {SimpleMemoryManager} from '../memory/index.js'
import {TaskMetrics} from '../metrics/index.js'
import type {Operator, OperatorRegistry} from '../operators/index.js'
import {type SlotEvents, type SlotRunnerParts, Task} from '../task/index.js'
import {LocalCheckpoint} from './local-checkpoint.js'
import {HERE, localShuffle} from './local-shuffle.js'
import type {MemoryStateFiles} from './memory-state-files.js'
import type {SeededChoices} from './seeded-choices.js'
import type {VirtualTime} from './virtual-time.js'

const MANAGED_BYTES = 64 * 1024 * 1024
const PAGE_BYTES = 32 * 1024

const LOCATION = {taskManagerId: taskManagerId('test'), slotIndex: 0, dataAddress: HERE}

export interface LocalExecutionOptions {
  /** The program as each subtask loaded it: the first for subtasks 0, and so on. Functions are not shared by subtasks. */
  readonly jobs: readonly ProgramJob[]
  /** With inputs. */
  readonly graph: JobGraphSpec
  readonly time: VirtualTime
  readonly choices: SeededChoices
  readonly registry: OperatorRegistry
  readonly stateFiles: MemoryStateFiles
  /** By vertex and subtask, what tasks start from. */
  readonly restores: ReadonlyMap<JobVertexId, readonly TaskRestore[]>
  /** By vertex, what of its splits nobody had been given. */
  readonly splits: ReadonlyMap<JobVertexId, unknown>
  /** A job that does so many steps (about a batch each) without waiting for anything is not going to end. */
  readonly stepsMax: number
  /** The sink of a collector, by its number. */
  collectHere(collector: number): Operator
}

type TaskStateChange = Parameters<SlotEvents['taskStateChanged']>[0]

/**
 * One job in one thread: every subtask of it is a task of the engine, and one of those that can go on, chosen by the seed, does its
 * next step. Nothing happens outside of `settle`.
 *
 *   start ─▶ settle* (input comes, time moves) ─▶ isFinished          a task that fails ends it: settle throws
 */
export class LocalExecution {
  private readonly tasks = new Map<ExecutionAttemptId, Task>()
  private readonly names = new Map<ExecutionAttemptId, string>()
  private readonly runnable: Task[] = []
  private readonly assigners = new Map<JobVertexId, SplitAssigner>()
  private requests: Parameters<SlotEvents['requestSplit']>[0][] = []
  private readonly memory = new SimpleMemoryManager({totalBytes: MANAGED_BYTES, pageSizeBytes: PAGE_BYTES})
  private isAwaited = false
  private plan: ExecutionGraphPlan | undefined
  private checkpoint: LocalCheckpoint | undefined
  private failure: FtsError | undefined
  private readonly counts: Record<string, number> = {}
  private onWake: () => void = () => {}

  constructor(private readonly options: LocalExecutionOptions) {}

  get jobId(): string {
    return this.options.graph.jobId
  }

  get jobName(): string {
    return this.options.graph.name
  }

  start(): void {
    const {graph} = this.options
    const plan = (this.plan = createExecutionGraph(graph))
    const parts = this.parts()
    for (const {vertexId, input, parallelism} of graph.vertices)
      if (input !== undefined) this.assigners.set(vertexId, this.assigner(vertexId, input, parallelism))
    const tasks = plan.subtasks.map((subtask) => this.task(plan, subtask, parts))
    for (const task of tasks) task.open()
  }

  private assigner(vertexId: JobVertexId, ...of: ConstructorParameters<typeof SplitAssigner>): SplitAssigner {
    const assigner = new SplitAssigner(...of)
    const state = this.options.splits.get(vertexId)
    if (state !== undefined) assigner.restore(state as ReturnType<SplitAssigner['snapshot']>)
    return assigner
  }

  /** Does all that can be done now. Errors: what failed the job, once and again; `user` FTS_TEST_ENDLESS. */
  settle(): void {
    const {choices, time, stepsMax} = this.options
    for (let steps = 0; this.failure === undefined; steps++) {
      if (steps >= stepsMax) this.failure = endless(this.jobName, stepsMax)
      else if (this.requests.length > 0) this.grantOne(choices.below(this.requests.length))
      else if (this.runnable.length > 0) this.stepOne(choices.below(this.runnable.length))
      else if (this.isFinished || !this.isAlarmDue() || !time.ringNext(time.now())) break
    }
    if (this.failure !== undefined) throw this.fail(this.failure)
    if (this.isFinished) this.memory.verifyEmpty()
  }

  /** Lets barriers into the stream; the checkpoint comes about in `settle`. Errors: `user` FTS_TEST_NO_CHECKPOINT. */
  beginCheckpoint(checkpointId: number): LocalCheckpoint {
    if (this.options.graph.vertices.some(cannotBeReadAgain)) throw noCheckpoint()
    const plan = this.plan!
    const checkpoint = new LocalCheckpoint(plan, checkpointId, {
      taskOf: (attemptId) => this.tasks.get(attemptId),
      splitsOf: (vertexId) => this.assigners.get(vertexId)?.snapshot(),
    })
    this.checkpoint = checkpoint
    this.isAwaited = false
    checkpoint.trigger(this.options.time.now())
    return checkpoint
  }

  /** Tasks have done their work, and wait for a checkpoint that commits it. */
  get awaitsCheckpoint(): boolean {
    return this.isAwaited
  }

  /** Something can go on. */
  get canGoOn(): boolean {
    return this.runnable.length > 0 || this.requests.length > 0 || this.failure !== undefined || this.isAlarmDue()
  }

  get isFinished(): boolean {
    return this.tasks.size === 0
  }

  private added: AccumulatorSnapshots = {}

  /** What functions counted and operators reported, of the tasks that have ended. */
  get counters(): Readonly<Record<string, number>> {
    return this.counts
  }

  /** What functions added up, of the tasks that have ended. */
  get accumulators(): AccumulatorSnapshots {
    return this.added
  }

  /** The tasks that have not ended. */
  get unfinished(): readonly string[] {
    return [...this.tasks.keys()].map((attemptId) => this.names.get(attemptId) ?? attemptId)
  }

  /** Resolves when something outside (a promise, a file) has woken a task. */
  woken(): Promise<void> {
    return this.canGoOn
      ? Promise.resolve()
      : new Promise((resolve) => {
          this.onWake = resolve
        })
  }

  /** Ends it as cancelled. */
  cancel(): void {
    this.failure ??= new FtsError('restartable', 'FTS_JOB_CANCELED', `the job "${this.jobName}" was cancelled`)
    this.fail(this.failure)
    this.onWake()
  }

  private isAlarmDue(): boolean {
    const {nextAlarmMs} = this.options.time
    return nextAlarmMs !== undefined && nextAlarmMs <= this.options.time.now()
  }

  private stepOne(index: number): void {
    const task = this.runnable[index]
    this.runnable[index] = this.runnable[this.runnable.length - 1]
    this.runnable.pop()
    if (task.step() === 'busy') this.schedule(task)
  }

  private schedule(task: Task): void {
    if (task.isEnded || this.runnable.includes(task)) return
    this.runnable.push(task)
    this.onWake()
  }

  private grantOne(index: number): void {
    const [{vertexId, attemptId, subtaskIndex}] = this.requests.splice(index, 1)
    const grant = this.assigners.get(vertexId)?.grant(subtaskIndex)
    if (grant !== undefined) this.tasks.get(attemptId)?.assignSplits(grant.splits, grant.noMoreSplits)
  }

  private fail(error: FtsError): FtsError {
    for (const task of [...this.tasks.values()]) task.cancel()
    this.runnable.length = 0
    this.requests = []
    return error
  }

  private task(plan: ExecutionGraphPlan, subtask: SubtaskPlan, parts: SlotRunnerParts): Task {
    const restore = this.options.restores.get(subtask.vertex.vertexId)?.[subtask.subtaskIndex]
    const deployment = toTaskDeployment(plan, subtask, {
      attempt: 0,
      allocationId: allocationId('test'),
      slotIndex: 0,
      noMoreSplits: subtask.vertex.input === undefined,
      ...(restore === undefined ? {} : {restore}),
      locate: () => ({location: LOCATION, attempt: 0}),
    })
    const {attemptId, vertexName, subtaskIndex, parallelism} = deployment
    const task: Task = new Task({
      deployment,
      parts,
      metrics: new TaskMetrics(),
      metricsBlock: 0,
      schedule: () => this.schedule(task),
      ended: () => void this.tasks.delete(attemptId),
    })
    this.tasks.set(attemptId, task)
    this.names.set(attemptId, `${vertexName} (${subtaskIndex + 1}/${parallelism})`)
    return task
  }

  private parts(): SlotRunnerParts {
    const {time, choices, registry} = this.options
    const functions = this.functions()
    const functionsOf: SlotRunnerParts['functionsOf'] = ({subtaskIndex}) => functions[subtaskIndex]
    return {
      shuffle: localShuffle(time, choices),
      registry,
      functionsOf,
      memory: this.memory,
      io: new NodeIOManager({name: `test-${choices.hex(8)}`, tmpDirs: ''}),
      metricsMemory: new SharedArrayBuffer(0),
      events: {
        taskStateChanged: (change) => this.taskStateChanged(change),
        requestSplit: (request) => {
          this.requests.push(request)
        },
        checkpointReported: (report) => this.reported(report),
      },
      stateFiles: this.options.stateFiles,
      timers: time,
      processingTime: time,
      nowMs: () => time.now(),
    }
  }

  private functions(): readonly ProgramFunctions[] {
    const {jobs, time, collectHere} = this.options
    return jobs.map((job) => job.functions({timers: time, collectAddress: undefined, collectHere}))
  }

  private reported(report: CheckpointReport): void {
    if (report.kind === 'taskAwaitsCheckpoint') this.isAwaited = true
    this.checkpoint?.report(report)
  }

  private taskStateChanged({error, reports, accumulators}: TaskStateChange): void {
    if (accumulators !== undefined) this.added = mergeAccumulators([this.added, accumulators])
    for (const [key, count] of Object.entries(reports ?? {})) this.counts[key] = (this.counts[key] ?? 0) + count
    if (error !== undefined) this.failure ??= FtsError.fromData(error)
  }
}

/** Nobody keeps a journal in a test. */
function cannotBeReadAgain({input}: JobGraphSpec['vertices'][number]): boolean {
  if (input?.kind === 'files') return input.files.some(({isStream}) => isStream === true)
  return input?.kind === 'stdin' || input?.kind === 'socket'
}

function noCheckpoint(): FtsError {
  return new FtsError(
    'user',
    'FTS_TEST_NO_CHECKPOINT',
    'the job reads standard input, a socket or a pipe, which cannot be read again: a checkpoint is of pipelines whose sources can',
  )
}

function endless(jobName: string, steps: number): FtsError {
  return new FtsError(
    'user',
    'FTS_TEST_ENDLESS',
    `the job "${jobName}" made ${steps} steps without waiting for anything: it does not seem to end`,
    {jobName, steps},
    {
      tryThis:
        'Give its source an end: a generator takes {count} or {ratePerSecond}. Or allow more: stepsMax of the JobDriver.',
    },
  )
}
