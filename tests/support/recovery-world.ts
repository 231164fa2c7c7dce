import type {CheckpointMetadata, FoundCheckpoint} from '../../src/checkpoint/index.js'
import {
  type ExecutionAttemptId,
  jobId,
  operatorId,
  type Split,
  type TaskManagerId,
  taskManagerId,
} from '../../src/core/index.js'
import type {JobGraphSpec, TaskDeployment} from '../../src/graph/index.js'
import type {ControlEffect} from '../../src/jobmanager/control-effect.js'
import type {ControlEvent} from '../../src/jobmanager/control-event.js'
import {ControlPlane} from '../../src/jobmanager/control-plane.js'
import type {TimerName} from '../../src/jobmanager/timer-name.js'
import type {JobRecord} from '../../src/leadership/index.js'
import type {JobResult} from '../../src/metrics/index.js'
import type {SeededRandom} from '../../src/platform/index.js'
import {type JobManagerMessage, RPC_PROTOCOL_VERSION, type TaskManagerMessage} from '../../src/rpc/index.js'

interface SimTask {
  readonly deployment: TaskDeployment
  readonly taskManagerId: string
  state: 'deployed' | 'running' | 'canceling'
  /** Splits that were given and not read, of a source. */
  queue: Split[]
  /** Those that came behind a trigger. */
  later: Split[]
  noMoreSplits: boolean
  hasAsked: boolean
  /** The last barrier that has passed the task; at first that of the checkpoint it was restored from. */
  lastBarrier: number
  /** Barriers that are on their way to a task behind the sources. */
  readonly barriers: number[]
}

interface Read {
  readonly subtaskIndex: number
  readonly split: Split
  /** The barrier before which it was not yet: it belongs to every later checkpoint. */
  readonly afterBarrier: number
}

const METRICS = {
  alignmentMs: 0,
  startDelayMs: 0,
  syncMs: 0,
  asyncMs: 0,
  longestPieceMs: 0,
  checkpointedBytes: 0,
  stateBytes: 0,
  isUnaligned: false,
  persistedInFlightBytes: 0,
}

/**
 * The real control plane over tasks that read splits and nothing else, for the question whether what was read survives: a model of
 * sources (splits in lists of state), barriers, acknowledgements, kills and restarts. Every step does one thing that could happen next.
 *
 * With `takeoversMax` the JobManager dies, too, and another one goes on from what the one before has stored; effects behind `storeJob` wait for that.
 *
 * `effective` is what counts in the end: the splits read before the barrier of the checkpoint from which each subtask last started, and
 * all it read since.
 */
export class RecoveryWorld {
  plane: ControlPlane
  readonly results: JobResult[] = []
  nowMs = 1000
  kills = 0
  takeovers = 0
  completed = 0
  private readonly tasks = new Map<ExecutionAttemptId, SimTask>()
  private readonly answers: ControlEvent[] = []
  private readonly timers = new Map<string, {readonly timer: TimerName; readonly atMs: number}>()
  private readonly alive = new Set<string>()
  private starting: string[] = []
  private startedCount = 0
  private taskManagerCount = 0
  private reads: Read[] = []
  private readonly messages: ControlEvent[] = []
  /** Behind a record that is being stored. */
  private held: {readonly record: JobRecord; readonly effects: ControlEffect[]} | undefined
  private stored: JobRecord | undefined
  /** TaskManagers of the leader before, which have not come to this one. */
  private readonly left = new Set<string>()
  private readonly metadata = new Map<string, CheckpointMetadata>()

  constructor(
    private readonly random: SeededRandom,
    private readonly graph: JobGraphSpec,
    private readonly of: {
      readonly slotsEach: number
      readonly killsMax: number
      readonly takeoversMax?: number
      readonly restored?: FoundCheckpoint
    },
  ) {
    this.plane = this.leader()
  }

  private leader(): ControlPlane {
    return new ControlPlane({
      heartbeatIntervalMs: 500,
      heartbeatTimeoutMs: 10_000,
      slotRequestTimeoutMs: 1e9,
      registrationTimeoutMs: 1e9,
      cancellationTimeoutMs: 1e9,
      defaultCheckpointDirectory: '/ck',
      ...(this.of.takeoversMax === undefined ? {} : {leaderToken: this.takeovers + 1}),
      random: () => this.random.next(),
    })
  }

  /** Runs the job to its end; answers what was read and counts. */
  run(taskManagerCount: number): {readonly result: JobResult; readonly effective: readonly Split[]} {
    this.taskManagerCount = taskManagerCount
    this.handle({kind: 'taskManagersExpected', count: taskManagerCount, slotsEach: this.of.slotsEach})
    this.startTaskManagers(taskManagerCount)
    this.handle({kind: 'jobSubmitted', graph: this.graph})
    for (let step = 0; this.results.length === 0; step++) {
      if (step > 20_000) throw new Error(`the job does not end: ${this.whatIsLeft()}`)
      this.step()
    }
    return {result: this.results[0], effective: this.reads.map(({split}) => split)}
  }

  private step(): void {
    const steps: (() => void)[] = []
    for (const task of this.tasks.values()) steps.push(() => this.stepTask(task))
    if (this.answers.length > 0) steps.push(() => this.handle(this.takeOne(this.answers)))
    // Each TaskManager's messages come in their order; between TaskManagers any order is one of a single queue.
    if (this.messages.length > 0) for (let i = 0; i < 3; i++) steps.push(() => this.handle(this.messages.shift()!))
    if (this.starting.length > 0) steps.push(() => this.register(this.starting.shift()!))
    if (this.timers.size > 0) steps.push(() => this.fireNext())
    if (this.kills < this.of.killsMax && this.alive.size > 0 && this.random.chance(0.02)) steps.push(() => this.kill())
    if (this.held !== undefined) steps.push(() => this.recordIsStored(this.held!))
    const {takeoversMax = 0} = this.of
    if (this.takeovers < takeoversMax && this.random.chance(0.02)) steps.push(() => this.takeOver())
    if (steps.length > 0) this.random.pick(steps)()
  }

  private handle(event: ControlEvent): void {
    this.carryOutAll(this.plane.handle(event, this.nowMs))
  }

  private carryOutAll(effects: readonly ControlEffect[]): void {
    for (const effect of effects) {
      if (this.held !== undefined) this.held.effects.push(effect)
      else this.carryOut(effect)
    }
  }

  private recordIsStored({record, effects}: {readonly record: JobRecord; readonly effects: readonly ControlEffect[]}) {
    this.stored = record
    this.held = undefined
    this.carryOutAll(effects)
  }

  /** The leader dies, perhaps just when a record is stored; TaskManagers end its tasks and come to the next one in any order. */
  private takeOver(): void {
    this.takeovers += 1
    if (this.held !== undefined && this.random.chance(0.5)) this.stored = this.held.record
    this.held = undefined
    this.answers.length = 0
    this.messages.length = 0
    this.timers.clear()
    this.tasks.clear()
    if (this.stored?.result !== undefined) {
      this.results.push(this.stored.result)
      return
    }
    this.plane = this.leader()
    const left = [...this.alive, ...this.left]
    this.starting = this.starting.filter((id) => !this.left.has(id))
    this.alive.clear()
    this.startTaskManagers(this.taskManagerCount - left.length - this.starting.length)
    this.handle({kind: 'taskManagersLeft', taskManagerIds: left.map(taskManagerId)})
    this.starting.push(...left)
    for (const id of left) this.left.add(id)
    this.handle({kind: 'taskManagersExpected', count: this.starting.length, slotsEach: this.of.slotsEach})
    const error = {kind: 'restartable', code: 'FTS_JOBMANAGER_LOST', message: 'it died', details: {}} as const
    this.handle({kind: 'jobSubmitted', graph: this.graph, recovered: {record: this.stored, error}})
  }

  private carryOut(effect: ControlEffect): void {
    switch (effect.kind) {
      case 'send':
        if (this.alive.has(effect.taskManagerId)) this.received(effect.taskManagerId, effect.message)
        break
      case 'startTaskManagers':
        this.startTaskManagers(effect.count)
        break
      case 'startTimer':
        this.timers.set(JSON.stringify(effect.timer), {timer: effect.timer, atMs: this.nowMs + effect.delayMs})
        break
      case 'cancelTimer':
        this.timers.delete(JSON.stringify(effect.timer))
        break
      case 'storeJob':
        this.held = {record: effect.record, effects: []}
        break
      case 'openCheckpoints':
        this.answer(effect.jobId, this.opened(effect))
        break
      case 'checkpoint':
        this.disk(effect)
        break
      case 'jobEnded':
        this.results.push(effect.result)
        break
      default:
    }
  }

  private opened({recovers}: Extract<ControlEffect, {kind: 'openCheckpoints'}>) {
    if (recovers === undefined) return {kind: 'opened', restored: this.of.restored} as const
    const checkpoints = recovers.checkpoints.map(({folder}) => ({folder, metadata: this.metadata.get(folder)!}))
    const ids = [...this.metadata.values()].map(({checkpointId}) => checkpointId)
    const restored = checkpoints.length === 0 ? this.of.restored : undefined
    return {kind: 'opened', restored, recovered: {checkpoints, lastId: Math.max(0, ...ids), damaged: []}} as const
  }

  /** Now and then a write fails. */
  private disk({jobId: job, effect}: Extract<ControlEffect, {kind: 'checkpoint'}>): void {
    const error = {kind: 'restartable', code: 'FTS_CHECKPOINT_WRITE', message: 'full', details: {}} as const
    const fails = this.random.chance(0.03)
    if (effect.kind === 'discard') return
    const {checkpointId} = effect
    if (effect.kind === 'makeFolder')
      this.answer(job, fails ? {kind: 'folderFailed', checkpointId, error} : {kind: 'folderMade', checkpointId})
    else {
      // Whoever hears of it: the file is there.
      this.metadata.set(effect.folder, effect.metadata)
      this.answer(
        job,
        fails ? {kind: 'storeFailed', checkpointId, error} : {kind: 'stored', checkpointId, metadataBytes: 1},
      )
    }
  }

  private answer(job: JobGraphSpec['jobId'], event: Extract<ControlEvent, {kind: 'checkpointEvent'}>['event']): void {
    this.answers.push({kind: 'checkpointEvent', jobId: job, event})
  }

  // ── TaskManagers ──────────────────────────────────────────────────────────────────────────────────────────────────

  private startTaskManagers(count: number): void {
    for (let i = 0; i < count; i++) this.starting.push(`tm-${++this.startedCount}`)
  }

  private register(id: string): void {
    this.left.delete(id)
    if (this.kills < this.of.killsMax && this.random.chance(0.1)) {
      this.kills += 1
      const exit = {code: null, signal: 'SIGKILL'}
      this.handle({kind: 'taskManagerExited', taskManagerId: taskManagerId(id), exit})
      return
    }
    this.alive.add(id)
    this.handle({
      kind: 'message',
      taskManagerId: taskManagerId(id),
      message: {
        kind: 'registerTaskManager',
        protocolVersion: RPC_PROTOCOL_VERSION,
        taskManagerId: taskManagerId(id),
        pid: 1,
        dataAddresses: Array.from({length: this.of.slotsEach}, (_, slot) => `${id}/${slot}`),
        memory: {totalBytes: 5, frameworkHeapBytes: 1, taskHeapBytes: 1, managedBytes: 2, networkBytes: 1},
        startup: [],
      },
    })
  }

  private kill(): void {
    const id = this.random.pick([...this.alive])
    this.kills += 1
    this.alive.delete(id)
    for (const [attemptId, task] of this.tasks) if (task.taskManagerId === id) this.tasks.delete(attemptId)
    // What it had sent still comes, then its end.
    this.messages.push({kind: 'connectionClosed', taskManagerId: taskManagerId(id)})
    this.messages.push({
      kind: 'taskManagerExited',
      taskManagerId: taskManagerId(id),
      exit: {code: null, signal: 'SIGKILL'},
    })
  }

  private received(id: TaskManagerId, message: JobManagerMessage): void {
    switch (message.kind) {
      case 'requestSlot':
        if (this.left.size > 0) throw new Error(`gives slots, but ${[...this.left]} may still run tasks`)
        this.say(id, {
          kind: 'offerSlot',
          jobId: message.jobId,
          allocationId: message.allocationId,
          slotIndex: message.slotIndex,
        })
        break
      case 'freeSlot':
        this.say(id, {kind: 'slotFreed', allocationId: message.allocationId, slotIndex: message.slotIndex})
        break
      case 'submitTasks':
        for (const task of message.tasks) this.deploy(id, task)
        break
      case 'assignSplits':
        this.give(this.tasks.get(message.attemptId), message)
        break
      case 'triggerCheckpoint':
        this.tasks.get(message.attemptId)?.barriers.push(message.checkpointId)
        break
      case 'checkpointCompleted':
        this.completed = Math.max(this.completed, message.checkpointId)
        break
      case 'cancelTask': {
        const task = this.tasks.get(message.attemptId)
        if (task !== undefined) task.state = 'canceling'
        break
      }
      default:
    }
  }

  // ── tasks ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  private deploy(id: TaskManagerId, deployment: TaskDeployment): void {
    const {restore, subtaskIndex} = deployment
    const restoredTo = restore?.checkpointId ?? 0
    if (restoredTo < this.completed)
      throw new Error(`goes back to ${restoredTo}, but sinks have committed ${this.completed}`)
    const lists = restore?.operators.flatMap((one) => one.lists) ?? []
    const queue = lists.flatMap(({elements}) =>
      elements.map((bytes) => JSON.parse(Buffer.from(bytes).toString()) as Split),
    )
    if (isSource(deployment))
      this.reads = this.reads.filter((read) => read.subtaskIndex !== subtaskIndex || read.afterBarrier < restoredTo)
    this.tasks.set(deployment.attemptId, {
      deployment,
      taskManagerId: id,
      state: 'deployed',
      queue: [...queue, ...deployment.initialSplits],
      later: [],
      noMoreSplits: deployment.noMoreSplits,
      hasAsked: false,
      lastBarrier: restoredTo,
      barriers: [],
    })
  }

  private give(
    task: SimTask | undefined,
    message: {readonly splits: readonly Split[]; readonly noMoreSplits: boolean},
  ) {
    if (task === undefined) return
    // Behind a trigger that has not been taken yet: the snapshot must not have them (as src/task does).
    if (task.barriers.length > 0) task.later.push(...message.splits)
    else task.queue.push(...message.splits)
    task.noMoreSplits = message.noMoreSplits
    task.hasAsked = false
  }

  private stepTask(task: SimTask): void {
    const {deployment} = task
    if (task.state === 'canceling') this.end(task, 'CANCELED')
    else if (task.state === 'deployed') {
      task.state = 'running'
      this.tell(task, {kind: 'taskStateChanged', attemptId: deployment.attemptId, state: 'RUNNING'})
    } else if (this.random.chance(0.002)) this.fail(task)
    else if (task.barriers.length > 0) this.snapshot(task)
    else if (isSource(deployment)) this.read(task)
    else if (this.producersHaveFinished(deployment)) this.end(task, 'FINISHED')
  }

  private read(task: SimTask): void {
    const {attemptId, vertexId, subtaskIndex} = task.deployment
    const split = task.queue.shift()
    if (split !== undefined) this.reads.push({subtaskIndex, split, afterBarrier: task.lastBarrier})
    else if (task.noMoreSplits) this.end(task, 'FINISHED')
    else if (!task.hasAsked) {
      task.hasAsked = true
      this.tell(task, {kind: 'requestSplit', vertexId, attemptId, subtaskIndex})
    }
  }

  /** A source hands its barrier on; a task behind it has it when all its producers have handed it on or ended. */
  private snapshot(task: SimTask): void {
    const {deployment, barriers, queue} = task
    const checkpointId = barriers.shift()!
    task.lastBarrier = checkpointId
    const elements = queue.map((split) => Buffer.from(JSON.stringify(split)))
    const lists = [{name: 'splits', distribution: 'split', elements}] as const
    const operators = isSource(deployment) ? [{operatorId: operatorId('words'), lists}] : []
    if (barriers.length === 0) queue.push(...task.later.splice(0))
    const {attemptId} = deployment
    this.tell(task, {kind: 'acknowledgeCheckpoint', attemptId, checkpointId, snapshot: {operators}, metrics: METRICS})
    for (const other of this.tasks.values()) if (!isSource(other.deployment)) this.passBarrier(other, checkpointId)
  }

  private passBarrier(task: SimTask, checkpointId: number): void {
    const producers = [...this.tasks.values()].filter(({deployment}) => isSource(deployment))
    if (task.lastBarrier >= checkpointId || task.barriers.includes(checkpointId)) return
    if (producers.every(({lastBarrier}) => lastBarrier >= checkpointId)) task.barriers.push(checkpointId)
  }

  private producersHaveFinished(deployment: TaskDeployment): boolean {
    const producers = new Set(
      deployment.inputGates.flatMap(({channels}) => channels.map((channel) => String(channel.partitionId))),
    )
    return [...producers].every((id) => this.finished.has(id))
  }

  private readonly finished = new Set<string>()

  private fail(task: SimTask): void {
    this.tasks.delete(task.deployment.attemptId)
    const error = {kind: 'restartable', code: 'FTS_TEST', message: 'it broke', details: {}} as const
    this.tell(task, {kind: 'taskStateChanged', attemptId: task.deployment.attemptId, state: 'FAILED', error})
  }

  private end(task: SimTask, state: 'FINISHED' | 'CANCELED'): void {
    const {attemptId, resultPartitions} = task.deployment
    this.tasks.delete(attemptId)
    if (state === 'FINISHED') for (const {partitionId} of resultPartitions) this.finished.add(partitionId)
    this.tell(task, {kind: 'taskStateChanged', attemptId, state})
  }

  private tell(task: SimTask, message: TaskManagerMessage): void {
    this.say(taskManagerId(task.taskManagerId), message)
  }

  private say(id: TaskManagerId, message: TaskManagerMessage): void {
    this.messages.push({kind: 'message', taskManagerId: id, message})
  }

  private fireNext(): void {
    const [key, next] = [...this.timers].sort(([, a], [, b]) => a.atMs - b.atMs)[0]
    if (next.atMs > this.nowMs + 100_000) return
    this.timers.delete(key)
    this.nowMs = Math.max(this.nowMs, next.atMs)
    this.handle({kind: 'timerFired', timer: next.timer})
  }

  private takeOne(events: ControlEvent[]): ControlEvent {
    return events.splice(this.random.int(0, events.length - 1), 1)[0]
  }

  private whatIsLeft(): string {
    const tasks = [...this.tasks.values()].map(
      ({deployment, state, queue}) => `${deployment.attemptId} ${state} ${queue.length}`,
    )
    return JSON.stringify({
      tasks,
      status: this.plane.viewOf(jobId(this.graph.jobId), this.nowMs).status,
      timers: [...this.timers.keys()],
      messages: this.messages.length,
    })
  }
}

function isSource({inputGates}: TaskDeployment): boolean {
  return inputGates.length === 0
}
