import type {Batch} from '../../src/columns/index.js'
import {
  allocationId,
  type CheckpointBarrier,
  type CheckpointReport,
  type ControlElement,
  executionAttemptId,
  jobId,
  jobVertexId,
  operatorId,
} from '../../src/core/index.js'
import type {ChainedOperatorSpec, ResultPartitionDeployment, TaskDeployment} from '../../src/graph/index.js'
import {TASK_METRICS_BYTES} from '../../src/metrics/index.js'
import type {Operator, OperatorFactory, SourceOperator} from '../../src/operators/index.js'
import type {
  GateElement,
  InFlightItem,
  InFlightReplay,
  InFlightTaker,
  InputGate,
  ResultPartition,
  ShuffleEnvironment,
  TaskShuffleContext,
} from '../../src/shuffle/index.js'
import {type SlotEvents, type SlotRunnerParts, TASKS_PER_SLOT_MAX} from '../../src/task/index.js'
import {MemoryStateFiles} from './memory-state-files.js'

/** A result partition that keeps what it got, with room that the test opens and closes. */
export class FakePartition implements ResultPartition {
  readonly got: unknown[] = []
  room = true
  overdraft = 0
  /** What a barrier overtakes. */
  readonly waiting: InFlightItem[] = []
  /** The barrier of this checkpoint waits. */
  heldBarrier = 0
  unwanted = false
  finished = false
  released: unknown[] = []

  emit(batch: Batch): void {
    this.got.push(batch.kind === 'objects' ? [...batch.values] : batch)
  }
  broadcast(element: ControlElement): void {
    this.got.push(element.kind === 'checkpointBarrier' ? `barrier ${element.checkpointId}` : element.kind)
  }
  hasRoom(): boolean {
    return this.room || this.overdraft > 0
  }
  allowOverdraft(bytes: number): void {
    this.overdraft = bytes
  }
  overtake(barrier: CheckpointBarrier, takerOf: (subpartition: number) => InFlightTaker): void {
    this.got.push(`barrier ${barrier.checkpointId} first`)
    for (const item of this.waiting) takerOf(0)(item)
  }
  pullAhead(barrier: CheckpointBarrier, takerOf: (subpartition: number) => InFlightTaker): void {
    this.overtake(barrier, takerOf)
    this.heldBarrier = 0
  }
  holdsBarrier(checkpointId: number): boolean {
    return this.heldBarrier === checkpointId
  }
  isUnwanted(): boolean {
    return this.unwanted
  }
  flush(): void {}
  finish(): void {
    this.finished = true
  }
  release(error?: unknown): void {
    this.released.push(error)
  }
}

/** An input gate that gives what the test puts in. */
export class FakeGate implements InputGate {
  readonly queue: GateElement[] = []
  readonly asked: number[] = []
  readonly canBeOvertaken = true
  readonly announcements: {readonly channel: number; readonly barrier: CheckpointBarrier}[] = []
  /** What was said of capturing, and who takes down what. */
  readonly captures: string[] = []
  readonly takers = new Map<number, InFlightTaker>()
  readonly held = new Set<number>()
  private readonly ended = new Set<number>()
  released = false

  constructor(
    readonly inputIndex: number,
    readonly channelCount: number,
  ) {}

  poll(): GateElement | undefined {
    const at = this.queue.findIndex(({channel}) => !this.held.has(channel))
    return at < 0 ? undefined : this.note(this.queue.splice(at, 1)[0])
  }
  pollChannel(channel: number): GateElement | undefined {
    this.asked.push(channel)
    if (this.held.has(channel)) return undefined
    const at = this.queue.findIndex((element) => element.channel === channel)
    return at < 0 ? undefined : this.note(this.queue.splice(at, 1)[0])
  }
  hold(channel: number): void {
    this.held.add(channel)
  }
  releaseHeld(channel: number): void {
    this.held.delete(channel)
  }
  pollAnnouncement() {
    return this.announcements.shift()
  }
  capture(channel: number, taker: InFlightTaker): void {
    this.captures.push(`capture ${channel}`)
    this.takers.set(channel, taker)
  }
  captureAhead(channel: number, checkpointId: number, taker: InFlightTaker): void {
    this.captures.push(`ahead of ${checkpointId} in ${channel}`)
    taker({kind: 'chunk', flags: 3, bytes: Buffer.from(`ahead in ${channel}`)})
  }
  endCapture(channel: number): void {
    this.captures.push(`end ${channel}`)
  }
  isFinished(): boolean {
    return this.ended.size === this.channelCount
  }
  endEarly(): readonly number[] {
    const open = Array.from({length: this.channelCount}, (_, channel) => channel).filter((one) => !this.ended.has(one))
    for (const channel of open) this.ended.add(channel)
    return open
  }
  release(): void {
    this.released = true
  }
  private note(element: GateElement | undefined): GateElement | undefined {
    if (element?.kind === 'endOfChannel') this.ended.add(element.channel)
    return element
  }
}

/** A slot's surroundings under the control of a test: partitions, gates, events, no sockets and no clock. */
export class FakeSlot {
  readonly partitions: FakePartition[] = []
  readonly gates: FakeGate[] = []
  readonly contexts: TaskShuffleContext[] = []
  readonly events: Record<string, unknown>[] = []
  /** What its tasks said of checkpoints. */
  readonly reports: CheckpointReport[] = []
  readonly stateFiles = new MemoryStateFiles()
  readonly releasedOwners: string[] = []
  closed = false

  constructor(private readonly factories: Readonly<Record<string, () => Operator | SourceOperator>>) {}

  parts(): SlotRunnerParts {
    const events: SlotEvents = {
      taskStateChanged: ({state, error, reports}) => {
        this.events.push({state, ...(error ? {error: error.message} : {}), ...(reports ? {reports} : {})})
      },
      requestSplit: ({subtaskIndex}) => {
        this.events.push({requestSplit: subtaskIndex})
      },
      checkpointReported: (report) => {
        this.reports.push(report)
      },
    }
    return {
      shuffle: this.shuffle(),
      registry: new Map(Object.entries(this.factories).map(([name, make]) => [name, factoryOf(make)])),
      memory: {releaseAll: (owner: string) => this.releasedOwners.push(owner)} as unknown as SlotRunnerParts['memory'],
      io: {releaseAll: () => {}, close: async () => {}} as unknown as SlotRunnerParts['io'],
      metricsMemory: new SharedArrayBuffer(TASKS_PER_SLOT_MAX * TASK_METRICS_BYTES),
      events,
      stateFiles: this.stateFiles,
      timers: {after: () => ({cancel: () => {}}), every: () => ({cancel: () => {}})},
      nowMs: () => 0,
    }
  }

  /** What a task that is restored gets before its input. */
  readonly replayed: ReturnType<InFlightReplay['next']>[] = []
  readonly replaysAsked: unknown[] = []

  private replayOf(channels: unknown): InFlightReplay {
    this.replaysAsked.push(channels)
    return {next: () => this.replayed.shift()}
  }

  private shuffle(): ShuffleEnvironment {
    return {
      dataAddress: 'here',
      listen: async () => {},
      createResultPartition: (_deployment, context) => {
        const partition = new FakePartition()
        this.partitions.push(partition)
        this.contexts.push(context)
        return partition
      },
      createInputGate: (deployment, context) => {
        const gate = new FakeGate(deployment.inputIndex, deployment.channels.length)
        this.gates.push(gate)
        this.contexts.push(context)
        return gate
      },
      releasePartitions: () => {},
      createReplay: ({channels}) => this.replayOf(channels),
      bufferUsage: () => ({used: 0, total: 0}),
      close: async () => {
        this.closed = true
      },
    }
  }
}

function factoryOf(make: () => Operator | SourceOperator): OperatorFactory {
  return () => {
    const made = make()
    return 'poll' in made ? {kind: 'source', source: made} : {kind: 'operator', operator: made}
  }
}

/** The deployment of one subtask whose chain is these factories in a row, ending in a partition or a sink. */
export function deploymentOf(
  factories: readonly string[],
  shape: {readonly channels?: number; readonly endsInPartition?: boolean; readonly name?: string} = {},
): TaskDeployment {
  const vertexId = jobVertexId(shape.name ?? 'vertex')
  const endsInPartition = shape.endsInPartition ?? true
  const operators = factories.map((factory, index): ChainedOperatorSpec => {
    const isLast = index === factories.length - 1
    const toNext = {kind: 'chained', operatorIndex: index + 1, inputIndex: 0} as const
    const outputs = isLast ? (endsInPartition ? [{kind: 'partition', partitionIndex: 0} as const] : []) : [toNext]
    return {operatorId: operatorId(factory), name: factory, factory, config: {}, outputs}
  })
  const partition = {
    partitionId: 'p',
    subpartitionCount: 1,
    maxParallelism: 128,
  } as unknown as ResultPartitionDeployment
  const channels = Array.from({length: shape.channels ?? 0}, () => ({}))
  return {
    jobId: jobId('job'),
    jobName: 'job',
    vertexId,
    vertexName: 'words',
    attemptId: executionAttemptId({job: jobId('job'), vertex: vertexId, subtaskIndex: 0, attempt: 0}),
    attempt: 0,
    subtaskIndex: 0,
    parallelism: 2,
    maxParallelism: 128,
    allocationId: allocationId('a'),
    slotIndex: 0,
    bufferTimeoutMs: 10,
    operators,
    inputGates: channels.length === 0 ? [] : [{inputIndex: 0, channels: channels as never}],
    resultPartitions: endsInPartition ? [partition] : [],
    initialSplits: [],
    noMoreSplits: true,
    config: {},
  }
}
