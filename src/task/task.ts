import {
  type AccumulatorSnapshots,
  assert,
  type CheckpointBarrier,
  EXECUTION_MOVES,
  type ExecutionState,
  FtsError,
  isTerminalExecution,
  MAX_TIMESTAMP_MS,
  mergeAccumulators,
  move,
  type Split,
  type WatermarkReport,
} from '../core/index.js'
import type {ChainedOperatorSpec, TaskDeployment} from '../graph/index.js'
import type {TaskMetrics} from '../metrics/index.js'
import type {OperatorContext} from '../operators/index.js'
import type {GateElement, InFlightReplay, InputGate, ResultPartition, TaskShuffleContext} from '../shuffle/index.js'
import {checkpointModeOf, keepsInFlight} from './checkpoint-mode.js'
import type {JobFunctions, SlotRunnerParts, TaskStateFiles} from './contract.js'
import {InputBarriers} from './input-barriers.js'
import {InputValves} from './input-valves.js'
import {OperatorChain} from './operator-chain.js'
import {SlotProcessingTime} from './processing-time.js'
import {TaskCheckpoints} from './task-checkpoints.js'
import {type TaskActivity, TaskClock} from './task-clock.js'
import {WatermarkWatch} from './watermark-watch.js'

/** What a partition takes beyond its pool for an unaligned snapshot, so that operators can finish what they are at. */
const OVERDRAFT_BYTES_MAX = 4 * 1024 * 1024

export interface TaskOptions {
  readonly deployment: TaskDeployment
  readonly parts: SlotRunnerParts
  readonly metrics: TaskMetrics
  readonly metricsBlock: number
  /** The task has something to do: the slot runs it soon. */
  schedule(): void
  /** The task has reached a terminal state and holds nothing any more. */
  ended(): void
}

/**
 * One attempt of one subtask: its gates, its operator chain, its result partitions.
 *
 * `step` does about one batch and says what the task does next; it never waits. Everything that happens outside of a step
 * (segments arrive, room appears, a file is written) calls `wake`.
 *
 *   open ─▶ step* (input) ─▶ step* (finish) ─▶ FINISHED        fail / cancel at any point ─▶ FAILED / CANCELED
 */
export class Task {
  private state: ExecutionState = 'DEPLOYING'
  private readonly name: string
  private readonly clock: TaskClock
  private readonly processingTime: NonNullable<OperatorContext['processingTime']>
  private chain: OperatorChain | undefined
  private checkpoints: TaskCheckpoints | undefined
  private barriers: InputBarriers | undefined
  /** Triggers that wait until all input has ended and been worked on. */
  private readonly lastTriggers: CheckpointBarrier[] = []
  /** Came after a trigger that is not taken yet: the JobMaster counts them as not read by that checkpoint. */
  private readonly laterSplits: {readonly splits: readonly Split[]; readonly noMoreSplits: boolean}[] = []
  private hasSaidItAwaits = false
  private gates: InputGate[] = []
  private valves: InputValves | undefined
  /** What was under way at the checkpoint that the task is restored from: it comes before all other input. */
  private replay: InFlightReplay | undefined
  private partitions: ResultPartition[] = []
  private isOverdraftAllowed = false
  private nextGate = 0
  private sourceEnded = false
  private splitRequested = false
  private readonly reports: Record<string, number> = {}
  private readonly watermarkLimits = new Map<string, number>()
  private readonly alignment = {
    report: (report: WatermarkReport) => this.options.parts.events.watermarkReported?.(this.attemptId, report),
    limitMs: (group: string) => this.watermarkLimits.get(group) ?? MAX_TIMESTAMP_MS,
  }
  private accumulators: AccumulatorSnapshots = {}

  constructor(private readonly options: TaskOptions) {
    const {deployment} = options
    this.name = `${deployment.vertexName} (${deployment.subtaskIndex + 1}/${deployment.parallelism})`
    this.clock = new TaskClock(options.metrics, performance.now())
    const {processingTime, timers, nowMs} = options.parts
    this.processingTime = processingTime ?? new SlotProcessingTime(timers, nowMs)
  }

  get attemptId() {
    return this.options.deployment.attemptId
  }

  get isEnded(): boolean {
    return isTerminalExecution(this.state)
  }

  /** Creates gates, partitions and operators; a failure ends the task as any later one does. */
  open(): void {
    try {
      this.moveTo('INITIALIZING')
      this.build()
      this.moveTo('RUNNING')
      this.options.schedule()
    } catch (error) {
      this.fail(error)
    }
  }

  /** Does about one batch. */
  step(): TaskActivity {
    const beginMs = performance.now()
    try {
      const activity = this.tryStep()
      if (activity === 'idle') this.flushWhenIdle()
      this.writeSnapshots()
      const endMs = performance.now()
      this.options.metrics.add('activeMs', endMs - beginMs)
      this.clock.change(activity, endMs)
      return activity
    } catch (error) {
      this.fail(error)
      return 'idle'
    }
  }

  assignSplits(splits: readonly Split[], noMoreSplits: boolean): void {
    if (this.chain?.source === undefined || this.isEnded) return
    this.laterSplits.push({splits, noMoreSplits})
    this.takeSplits(this.chain)
    this.wake()
  }

  /** How far event time may go in a group of aligned sources. */
  watermarkLimit(group: string, limitMs: number): void {
    this.watermarkLimits.set(group, limitMs)
    this.wake()
  }

  /** Of a source: the barrier goes into its stream. Of a task with inputs: all its producers have finished, and it is the next to. */
  triggerCheckpoint(barrier: CheckpointBarrier): void {
    const {chain, checkpoints} = this
    if (chain === undefined || this.isEnded) return
    if (chain.source === undefined || this.hasInputEnded()) this.lastTriggers.push(barrier)
    else checkpoints?.add(barrier, this.options.parts.nowMs())
    this.wake()
  }

  checkpointCompleted(checkpointId: number): void {
    this.checkpoints?.completed(checkpointId)
    this.wake()
  }

  checkpointAborted(checkpointId: number): void {
    const last = this.lastTriggers.findIndex((barrier) => barrier.checkpointId === checkpointId)
    if (last >= 0) this.lastTriggers.splice(last, 1)
    this.barriers?.abort(checkpointId)
    this.checkpoints?.aborted(checkpointId)
    this.wake()
  }

  cancel(): void {
    if (this.isEnded) return
    this.moveTo('CANCELING')
    this.tearDown(undefined)
    this.end('CANCELED')
  }

  fail(thrown: unknown): void {
    if (this.isEnded) return
    const error = FtsError.from(thrown)
    this.tearDown(error)
    this.end('FAILED', error)
  }

  /** Brings the time counters up to now. */
  bookTime(): void {
    this.clock.book(performance.now())
  }

  private readonly wake = (): void => {
    if (this.isEnded) return
    this.clock.change('busy', performance.now())
    this.options.schedule()
  }

  private build(): void {
    const {deployment, parts} = this.options
    const context: TaskShuffleContext = {
      taskName: this.name,
      metrics: this.options.metrics,
      bufferTimeoutMs: deployment.bufferTimeoutMs,
      keepsInFlight: keepsInFlight(deployment),
      wake: this.wake,
      fail: (error) => this.fail(error),
    }
    const functions = parts.functionsOf?.(deployment)
    this.partitions = deployment.resultPartitions.map((partition) =>
      parts.shuffle.createResultPartition(partition, context, functions?.partitionFunctions(partition.partitioner)),
    )
    this.gates = deployment.inputGates.map((gate) => parts.shuffle.createInputGate(gate, context))
    if (deployment.restore?.finished === true) return
    const chain = (this.chain = new OperatorChain({
      specs: deployment.operators,
      registry: parts.registry,
      functions,
      metrics: this.options.metrics,
      partitions: this.partitions,
      contextOf: (spec) => this.operatorContext(spec),
    }))
    this.valves = new InputValves(this.gates, {
      emit: (element, inputIndex) => chain.processControl(element, inputIndex, 0),
      watch: new WatermarkWatch(deployment, parts),
    })
    this.barriers = new InputBarriers(this.gates, {
      slot: parts,
      due: (barrier, firstBarrierMs) => this.checkpoints?.add(barrier, firstBarrierMs),
      superseded: (checkpointId) =>
        this.declineAlignment(checkpointId, 'a newer checkpoint came before it was aligned'),
      wake: this.wake,
    })
    this.checkpoints = this.taskCheckpoints(chain, this.barriers)
    chain.open()
    this.replay = this.createReplay(chain, functions)
    if (chain.source === undefined) return
    for (const split of deployment.initialSplits) chain.source.addSplit(split)
    if (deployment.noMoreSplits) chain.source.noMoreSplits()
  }

  private taskCheckpoints(chain: OperatorChain, barriers: InputBarriers): TaskCheckpoints {
    const {parts: slot, deployment} = this.options
    const {attemptId, partitions, wake} = this
    const producerOf = (gate: number, channel: number) =>
      deployment.inputGates[gate].channels[channel].producerSubtask ?? channel
    return new TaskCheckpoints({attemptId, chain, partitions, barriers, producerOf, slot, wake})
  }

  /** Errors: `user` FTS_IN_FLIGHT_ORDER. */
  private createReplay(chain: OperatorChain, functions: JobFunctions | undefined): InFlightReplay | undefined {
    const {deployment, parts} = this.options
    const {subtaskIndex, parallelism, maxParallelism, inputGates, restore} = deployment
    const channels = restore?.inFlight
    if (channels === undefined) return undefined
    if (chain.readsInOrder && channels.some(({rescaled}) => rescaled !== undefined)) throw needsSameOrder(this.name)
    return parts.shuffle.createReplay({
      channels,
      gates: inputGates.map(({partitioner, channels: {length}}) => ({
        partitioner,
        channelCount: length,
        functions: partitioner === undefined ? undefined : functions?.partitionFunctions(partitioner),
      })),
      ...{subtaskIndex, parallelism, maxParallelism},
      readFile: (file) => stateFilesOf(parts).read(file),
    })
  }

  private tryStep(): TaskActivity {
    const {chain, checkpoints} = this
    if (this.isEnded) return 'idle'
    if (chain === undefined || checkpoints === undefined) return this.passEnd()
    if (this.replay === undefined) this.barriers?.lookAhead()
    this.allowOverdraft(checkpoints)
    if (!chain.tryDrain()) return 'backPressured'
    checkpoints.tell()
    if (!checkpoints.tryTake()) return 'backPressured'
    this.allowOverdraft(checkpoints)
    if (this.laterSplits.length > 0) this.takeSplits(chain)
    if (!chain.hasRoom()) return 'backPressured'
    if (this.replay !== undefined) return this.takeReplayed(chain, this.replay)
    if (checkpoints.isStopping) return this.stop(chain, checkpoints)
    if (!this.hasInputEnded()) {
      if (!chain.hasEnough()) return this.takeInput(chain)
      this.endInputEarly(chain)
    }
    return this.finishChain(chain, checkpoints)
  }

  /** What operators still have to say must not keep an unaligned snapshot waiting for room: some of it may lie outside of the pools. */
  private allowOverdraft({isUnalignedDue}: TaskCheckpoints): void {
    if (isUnalignedDue === this.isOverdraftAllowed) return
    this.isOverdraftAllowed = isUnalignedDue
    for (const partition of this.partitions) partition.allowOverdraft(isUnalignedDue ? OVERDRAFT_BYTES_MAX : 0)
  }

  /** Rows count as expanded: no producer of now has counted them as sent. */
  private takeReplayed(chain: OperatorChain, replay: InFlightReplay): TaskActivity {
    const next = chain.hasEnough() ? undefined : replay.next()
    if (next === undefined) this.replay = undefined
    else {
      const {gate, element} = next
      if (element.kind === 'batch') this.options.metrics.add('recordsExpanded', element.batch.rowCount)
      this.dispatch(chain, this.gates[gate], element)
    }
    return 'busy'
  }

  /** The barrier that ends the job has passed. A source reads no more; others read until their producers have ended. */
  private stop(chain: OperatorChain, checkpoints: TaskCheckpoints): TaskActivity {
    const {stopped} = checkpoints
    if (stopped !== undefined && chain.source !== undefined) this.sourceEnded = true
    if (chain.source === undefined && !this.hasInputEnded()) return this.takeInput(chain)
    if (stopped === undefined) return 'idle'
    return stopped === 'suspend' ? this.settle(chain, checkpoints) : this.finishChain(chain, checkpoints)
  }

  private finishChain(chain: OperatorChain, checkpoints: TaskCheckpoints): TaskActivity {
    return chain.tryFinish() ? this.settle(chain, checkpoints) : 'backPressured'
  }

  /** Operators have finished. What they have prepared goes out with a completed checkpoint, and the last snapshot is written to its end. */
  private settle(chain: OperatorChain, checkpoints: TaskCheckpoints): TaskActivity {
    for (const barrier of this.lastTriggers.splice(0)) checkpoints.add(barrier, this.options.parts.nowMs())
    if (!checkpoints.tryTake()) return 'backPressured'
    if (this.mustAwaitCheckpoint(chain) || checkpoints.isWriting) return 'idle'
    for (const partition of this.partitions) partition.finish()
    this.finish()
    return 'idle'
  }

  private mustAwaitCheckpoint(chain: OperatorChain): boolean {
    if (this.checkpointMode === undefined || !chain.awaitsCheckpoint()) return false
    if (!this.hasSaidItAwaits)
      this.options.parts.events.checkpointReported({kind: 'taskAwaitsCheckpoint', attemptId: this.attemptId})
    this.hasSaidItAwaits = true
    return true
  }

  /** Of a subtask that had finished before the checkpoint that the job was restored from: it only ends, when its producers have. */
  private passEnd(): TaskActivity {
    for (const gate of this.gates) while (gate.poll() !== undefined);
    if (!this.hasInputEnded()) return 'idle'
    for (const partition of this.partitions) {
      partition.broadcast({kind: 'watermark', timestampMs: MAX_TIMESTAMP_MS})
      partition.finish()
    }
    this.finish()
    return 'idle'
  }

  /** The asynchronous part of snapshots takes its turns with the batches. */
  private writeSnapshots(): void {
    const {checkpoints} = this
    if (checkpoints?.isWriting !== true || this.isEnded) return
    if (checkpoints.write() || !checkpoints.isWriting) this.options.schedule()
  }

  private takeSplits({source}: OperatorChain): void {
    if (source === undefined || this.checkpoints?.isDue === true) return
    for (const {splits, noMoreSplits} of this.laterSplits.splice(0)) {
      this.splitRequested = false
      for (const split of splits) source.addSplit(split)
      if (noMoreSplits) source.noMoreSplits()
    }
  }

  /**
   * A task with nothing to do has no reason to keep rows back until the buffer timeout: three exchanges on a quiet pipe took 33 ms
   * with the timeout alone, and no time to speak of with this (2026-11-21). A negative timeout means full segments only.
   */
  private flushWhenIdle(): void {
    if (this.options.deployment.bufferTimeoutMs < 0) return
    for (const partition of this.partitions) partition.flush()
  }

  private takeInput(chain: OperatorChain): TaskActivity {
    return chain.source === undefined ? this.takeFromGates(chain) : this.takeFromSource(chain)
  }

  private takeFromSource(chain: OperatorChain): TaskActivity {
    if (chain.pausesInput()) return 'idle'
    const next = chain.source?.poll()
    if (next === 'end') this.sourceEnded = true
    else if (chain.source?.wantsSplit() === true) this.requestSplit()
    return next === 'wait' ? 'idle' : 'busy'
  }

  private requestSplit(): void {
    if (this.splitRequested) return
    this.splitRequested = true
    const {vertexId, attemptId, subtaskIndex} = this.options.deployment
    this.options.parts.events.requestSplit({vertexId, attemptId, subtaskIndex})
  }

  private takeFromGates(chain: OperatorChain): TaskActivity {
    const channel = chain.selectChannel()
    for (let tried = 0; tried < this.gates.length; tried++) {
      const gate = this.gates[this.nextGate]
      this.nextGate = (this.nextGate + 1) % this.gates.length
      const element = channel < 0 ? gate.poll() : this.pollChannel(gate, channel)
      if (element === undefined) continue
      this.dispatch(chain, gate, element)
      return 'busy'
    }
    return 'idle'
  }

  /** An operator that reads in an order of its own cannot wait for the barriers of other channels: it has to read this one next. */
  private pollChannel(gate: InputGate, channel: number): GateElement | undefined {
    const heldFor = this.barriers?.heldFor(gate, channel)
    if (heldFor !== undefined) {
      this.barriers?.abort(heldFor)
      this.declineAlignment(heldFor, 'it reads its inputs in order, and the next is behind the barrier')
    }
    return gate.pollChannel(channel)
  }

  private declineAlignment(checkpointId: number, why: string): void {
    const message = `${this.name} cannot take checkpoint ${checkpointId}: ${why}`
    this.checkpoints?.decline(
      checkpointId,
      new FtsError('restartable', 'FTS_CHECKPOINT_NOT_NOW', message, {checkpointId}),
    )
  }

  private dispatch(chain: OperatorChain, gate: InputGate, element: GateElement): void {
    if (element.kind === 'batch') chain.process(element.batch, gate.inputIndex, element.channel)
    else if (element.kind === 'endOfChannel') this.endChannel(chain, gate, element.channel)
    else if (element.element.kind === 'checkpointBarrier')
      this.barriers?.barrier(gate, element.channel, element.element)
    else if (this.valves?.takes(gate, element.channel, element.element) !== true)
      chain.processControl(element.element, gate.inputIndex, element.channel)
  }

  private endChannel(chain: OperatorChain, gate: InputGate, channel: number): void {
    chain.channelFinished(gate.inputIndex, channel)
    this.valves?.channelFinished(gate, channel)
    this.barriers?.channelFinished(gate, channel)
  }

  /** Nobody wants more of what this task makes: its own producers are told, and it ends as if all had come. */
  private endInputEarly(chain: OperatorChain): void {
    this.options.metrics.add('endedEarly', 1)
    this.sourceEnded = true
    for (const gate of this.gates) for (const channel of gate.endEarly()) this.endChannel(chain, gate, channel)
  }

  private hasInputEnded(): boolean {
    if (this.gates.length === 0) return this.sourceEnded || this.chain === undefined
    return this.gates.every((gate) => gate.isFinished())
  }

  private finish(): void {
    this.closeChain()
    for (const gate of this.gates) gate.release()
    this.end('FINISHED')
  }

  /** The partitions of a finished task stay until their consumers have read them; of another they are released. */
  private tearDown(error: FtsError | undefined): void {
    try {
      this.closeChain()
    } catch (closeError) {
      if (error === undefined) this.reports['error on close'] = 1
      else error.cause ??= closeError
    }
    for (const gate of this.gates) gate.release()
    for (const partition of this.partitions) partition.release(error)
  }

  private closeChain(): void {
    const {chain} = this
    this.chain = undefined
    this.checkpoints?.close()
    this.checkpoints = undefined
    const firstError = chain?.close()
    const {deployment, parts} = this.options
    for (const spec of deployment.operators) {
      parts.memory.releaseAll(this.ownerOf(spec))
      parts.io.releaseAll(this.ownerOf(spec))
    }
    if (firstError !== undefined) throw firstError
  }

  private moveTo(state: ExecutionState): void {
    this.state = move(EXECUTION_MOVES, `task ${this.name}`, this.state, state)
    const {metricsBlock, parts} = this.options
    parts.events.taskStateChanged({attemptId: this.attemptId, state, metricsBlock})
  }

  private end(state: 'FINISHED' | 'CANCELED' | 'FAILED', error?: FtsError): void {
    this.state = move(EXECUTION_MOVES, `task ${this.name}`, this.state, state)
    this.bookTime()
    const {metrics, metricsBlock, parts} = this.options
    parts.events.taskStateChanged({
      attemptId: this.attemptId,
      state,
      metricsBlock,
      metrics: metrics.snapshot(),
      reports: this.reports,
      ...(Object.keys(this.accumulators).length === 0 ? {} : {accumulators: this.accumulators}),
      ...(error === undefined ? {} : {error: error.toData()}),
    })
    this.options.ended()
  }

  private get checkpointMode() {
    return checkpointModeOf(this.options.deployment)
  }

  /** Owner of memory and spill files: unique among the slot's tasks. */
  private ownerOf(spec: ChainedOperatorSpec): string {
    return `${spec.name} of ${this.name} ${this.attemptId}`
  }

  private operatorContext(spec: ChainedOperatorSpec): OperatorContext {
    const {deployment, parts, metrics} = this.options
    const {checkpointMode} = this
    const stateStorage = parts.stateStorageOf?.(deployment)
    const restored = deployment.restore?.operators.find(({operatorId}) => operatorId === spec.operatorId)
    return {
      ...(checkpointMode === undefined ? {} : {checkpointMode}),
      ...(restored === undefined ? {} : {restored}),
      ...(deployment.restore === undefined ? {} : {restoredCheckpointId: deployment.restore.checkpointId}),
      ...(deployment.restore?.folder === undefined ? {} : {restoredFolder: deployment.restore.folder}),
      ...(stateStorage === undefined ? {} : {stateStorage}),
      ...(deployment.ownedFolder === undefined ? {} : {ownedFolder: deployment.ownedFolder}),
      readStateFile: (file) => stateFilesOf(parts).read(file),
      operatorName: this.ownerOf(spec),
      displayName: spec.name,
      operatorId: spec.operatorId,
      jobId: deployment.jobId,
      subtaskIndex: deployment.subtaskIndex,
      parallelism: deployment.parallelism,
      maxParallelism: deployment.maxParallelism,
      attempt: deployment.attempt,
      inputChannelCounts: deployment.inputGates.map((gate) => gate.channels.length),
      metrics,
      memory: parts.memory,
      io: parts.io,
      nowMs: parts.nowMs,
      processingTime: this.processingTime,
      wake: this.wake,
      fail: (error) => this.fail(error),
      ...(deployment.inputGates.length > 0 || parts.events.watermarkReported === undefined
        ? {}
        : {alignment: this.alignment}),
      ...(parts.notify === undefined ? {} : {notify: parts.notify}),
      report: (key, count) => {
        this.reports[key] = (this.reports[key] ?? 0) + count
      },
      accumulated: (name, snapshot) => {
        this.accumulators = mergeAccumulators([this.accumulators, {[name]: snapshot}])
      },
    }
  }
}

function stateFilesOf({stateFiles}: SlotRunnerParts): TaskStateFiles {
  assert(stateFiles !== undefined, 'a slot that restores state has somewhere to read it from')
  return stateFiles
}

function needsSameOrder(name: string): FtsError {
  const message = `${name} reads its producers' results in their order, which the data under way at an unaligned checkpoint has only at the same parallelism`
  const tryThis = 'Restore at the parallelism as it was, or from a savepoint.'
  return new FtsError('user', 'FTS_IN_FLIGHT_ORDER', message, {}, {tryThis})
}
