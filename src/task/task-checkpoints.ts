import {
  assert,
  type CheckpointBarrier,
  type ExecutionAttemptId,
  FtsError,
  type SubtaskCheckpointMetrics,
  type SubtaskSnapshot,
} from '../core/index.js'
import type {ResultPartition} from '../shuffle/index.js'
import type {SlotRunnerParts} from './contract.js'
import {InFlightWriter} from './in-flight-writer.js'
import type {InputBarriers} from './input-barriers.js'
import type {OperatorChain} from './operator-chain.js'
import {SnapshotWriter} from './snapshot-writer.js'

export interface TaskCheckpointsParts {
  readonly attemptId: ExecutionAttemptId
  readonly chain: OperatorChain
  readonly partitions: readonly ResultPartition[]
  /** Of a task with inputs. */
  readonly barriers: Pick<InputBarriers, 'snapshotTaken' | 'abort'>
  /** The subtask that fills a channel. */
  producerOf(gate: number, channel: number): number
  readonly slot: Pick<SlotRunnerParts, 'stateFiles' | 'events' | 'timers' | 'nowMs'>
  wake(): void
}

/** A checkpoint that is to be taken here as soon as nothing drains. Milliseconds since the epoch. */
interface Due {
  readonly barrier: CheckpointBarrier
  readonly firstBarrierMs: number
  readonly alignedMs: number
}

/** A snapshot whose asynchronous part is under way. */
interface Writing {
  readonly checkpointId: number
  readonly writer: SnapshotWriter
  /** Of one whose barrier overtakes data, or may still do so. */
  readonly inFlight: InFlightWriter | undefined
  /** What was under way to the subtask is captured. */
  isInputCaptured: boolean
  isUnaligned: boolean
  readonly startedMs: number
  readonly metrics: Pick<SubtaskCheckpointMetrics, 'alignmentMs' | 'startDelayMs' | 'syncMs'>
}

/**
 * The checkpoints of one task, from the moment at which its barrier is due.
 *
 *   due ─▶ tryTake: prepareSnapshot… snapshotState, the barrier goes on ─▶ write: piece by piece ─▶ acknowledged | declined
 *     └───────────────────────────── aborted ───────────────────────────────┘
 *
 * What the JobMaster says of a checkpoint reaches the operators by `tell`, when nothing drains.
 */
export class TaskCheckpoints {
  private readonly due: Due[] = []
  private readonly writing: Writing[] = []
  private completedId = 0
  private toldCompletedId = 0
  private readonly abortedIds: number[] = []
  /** The job ends with this checkpoint, if it is completed. */
  private stopping: {readonly checkpointId: number; readonly how: 'suspend' | 'drain'} | undefined

  constructor(private readonly parts: TaskCheckpointsParts) {}

  get isDue(): boolean {
    return this.due.length > 0
  }

  /** A snapshot is due whose barrier does not wait for room. */
  get isUnalignedDue(): boolean {
    return this.due.some(({barrier}) => barrier.options.alignment === 'unaligned')
  }

  get isWriting(): boolean {
    return this.writing.length > 0
  }

  /** A barrier that ends the job has passed: no more input is taken until it is known whether the checkpoint is completed. */
  get isStopping(): boolean {
    return this.stopping !== undefined
  }

  /** How the job ends, once the checkpoint that ends it is completed. */
  get stopped(): 'suspend' | 'drain' | undefined {
    const {stopping} = this
    return stopping !== undefined && this.toldCompletedId >= stopping.checkpointId ? stopping.how : undefined
  }

  /** The barrier is here: of a source at once, of other tasks when it has come in all channels. */
  add(barrier: CheckpointBarrier, firstBarrierMs: number): void {
    this.due.push({barrier, firstBarrierMs, alignedMs: this.parts.slot.nowMs()})
  }

  /** Takes what is due; true when nothing is. False: call again when there is room or after `wake`. */
  tryTake(): boolean {
    for (let next = this.due.at(0); next !== undefined; next = this.due.at(0)) {
      const {chain} = this.parts
      const {checkpointId, options} = next.barrier
      if (options.thenStop === 'drain' && !chain.tryFinish()) return false
      if (!chain.tryPrepareSnapshot(checkpointId)) return false
      this.due.shift()
      this.take(next)
    }
    return true
  }

  /** Writes for about a millisecond; true when there is more to do at once. */
  write(): boolean {
    const current = this.writing.at(0)
    if (current === undefined) return false
    try {
      const next = this.advance(current)
      if (typeof next === 'string') return next === 'more'
      this.acknowledge(current, next)
    } catch (error) {
      this.decline(current.checkpointId, error)
      return this.writing.length > 0
    }
    this.writing.shift()
    return this.writing.length > 0
  }

  private advance(current: Writing): 'more' | 'wait' | SubtaskSnapshot {
    const {writer, inFlight, isInputCaptured, checkpointId} = current
    const holdsBarrier = this.parts.partitions.some((partition) => partition.holdsBarrier(checkpointId))
    if (inFlight !== undefined && isInputCaptured && (current.isUnaligned || !holdsBarrier)) inFlight.close()
    const next = writer.advance()
    if (typeof next === 'string' || inFlight === undefined) return next
    const handle = inFlight.advance()
    if (handle === 'wait') return 'wait'
    return handle === undefined ? next : {...next, inFlight: handle}
  }

  completed(checkpointId: number): void {
    this.completedId = Math.max(this.completedId, checkpointId)
  }

  aborted(checkpointId: number): void {
    this.abortedIds.push(checkpointId)
    this.drop(checkpointId)
  }

  /** Hands on to the operators what was decided. Only while nothing drains. */
  tell(): void {
    const {chain} = this.parts
    for (let id = this.abortedIds.shift(); id !== undefined; id = this.abortedIds.shift()) chain.checkpointAborted(id)
    if (this.completedId === this.toldCompletedId) return
    this.toldCompletedId = this.completedId
    chain.checkpointCompleted(this.completedId)
  }

  /** The checkpoint does not come about here. */
  decline(checkpointId: number, thrown: unknown): void {
    const {slot, attemptId} = this.parts
    const error = FtsError.from(thrown).toData()
    slot.events.checkpointReported({kind: 'declineCheckpoint', attemptId, checkpointId, error})
    this.aborted(checkpointId)
  }

  /** The task has ended: what is still being written is of no use. */
  close(): void {
    for (const {writer, inFlight} of this.writing) {
      writer.abandon()
      inFlight?.abandon()
    }
    this.writing.length = 0
    this.due.length = 0
  }

  private take({barrier, firstBarrierMs, alignedMs}: Due): void {
    const {chain, slot, wake} = this.parts
    const {checkpointId, timestampMs, options} = barrier
    const files = slot.stateFiles
    assert(files !== undefined, 'a slot that takes snapshots has somewhere to write them', {checkpointId})
    const beginMs = performance.now()
    const operators = chain.snapshotState({checkpointId, timestampMs, options})
    const mayOvertake = options.alignment === 'unaligned' || options.alignedTimeoutMs !== undefined
    const inFlight = mayOvertake ? new InFlightWriter({folder: options.directory, files, wake}) : undefined
    const isInputCaptured = options.alignment !== 'unaligned'
    if (options.thenStop !== undefined) this.stopping = {checkpointId, how: options.thenStop}
    const writing: Writing = {
      checkpointId,
      startedMs: slot.nowMs(),
      inFlight,
      isInputCaptured,
      isUnaligned: !isInputCaptured,
      writer: new SnapshotWriter({
        operators,
        folder: options.sharedDirectory ?? options.directory,
        files,
        wake,
        wakeSoon: () => slot.timers.after(1, wake),
      }),
      metrics: {
        alignmentMs: Math.max(0, alignedMs - firstBarrierMs),
        startDelayMs: Math.max(0, firstBarrierMs - timestampMs),
        syncMs: performance.now() - beginMs,
      },
    }
    this.writing.push(writing)
    this.sendBarrier(barrier, writing)
  }

  private sendBarrier(barrier: CheckpointBarrier, writing: Writing): void {
    const {partitions, barriers} = this.parts
    const {checkpointId, options} = barrier
    const {inFlight} = writing
    if (inFlight === undefined || options.alignment !== 'unaligned') {
      for (const partition of partitions) partition.broadcast(barrier)
      if (inFlight !== undefined) this.startTimer(barrier, writing)
      return
    }
    partitions.forEach((partition, index) => {
      partition.overtake(barrier, (subpartition) => inFlight.takerOf('output', index, subpartition))
    })
    barriers.snapshotTaken(checkpointId, {
      takerOf: (gate, channel) => inFlight.takerOf('input', gate, this.parts.producerOf(gate, channel)),
      captured: () => {
        writing.isInputCaptured = true
        this.parts.wake()
      },
    })
  }

  /** Barriers that have not left by then overtake what they wait behind. */
  private startTimer(barrier: CheckpointBarrier, writing: Writing): void {
    const {slot, partitions} = this.parts
    const {alignedTimeoutMs = 0, ...options} = barrier.options
    slot.timers.after(Math.max(0, barrier.timestampMs + alignedTimeoutMs - slot.nowMs()), () => {
      if (!this.writing.includes(writing)) return
      if (!partitions.some((partition) => partition.holdsBarrier(barrier.checkpointId))) return
      const late: CheckpointBarrier = {...barrier, options: {...options, alignment: 'unaligned'}}
      writing.isUnaligned = true
      partitions.forEach((partition, index) => {
        partition.pullAhead(late, (subpartition) => writing.inFlight!.takerOf('output', index, subpartition))
      })
      this.parts.wake()
    })
  }

  private acknowledge(writing: Writing, snapshot: SubtaskSnapshot): void {
    const {slot, attemptId} = this.parts
    const {checkpointId, writer, inFlight, startedMs, isUnaligned, metrics} = writing
    slot.events.checkpointReported({
      kind: 'acknowledgeCheckpoint',
      attemptId,
      checkpointId,
      snapshot,
      metrics: {
        ...metrics,
        asyncMs: Math.max(0, slot.nowMs() - startedMs),
        longestPieceMs: writer.longestPieceMs,
        checkpointedBytes: writer.writtenBytes + (inFlight?.writtenBytes ?? 0),
        stateBytes: stateBytesOf(snapshot),
        isUnaligned,
        persistedInFlightBytes: inFlight?.capturedBytes ?? 0,
      },
    })
  }

  private drop(checkpointId: number): void {
    const due = this.due.findIndex(({barrier}) => barrier.checkpointId === checkpointId)
    if (due >= 0) this.due.splice(due, 1)
    if (due === 0) this.parts.chain.forgetPrepared()
    const writing = this.writing.findIndex((one) => one.checkpointId === checkpointId)
    if (writing >= 0) {
      const [given] = this.writing.splice(writing, 1)
      given.writer.abandon()
      given.inFlight?.abandon()
    }
    this.parts.barriers.abort(checkpointId)
    if (this.stopping?.checkpointId === checkpointId) this.stopping = undefined
  }
}

function stateBytesOf({operators, inFlight}: SubtaskSnapshot): number {
  let bytes = inFlight?.file.sizeBytes ?? 0
  for (const {keyed, lists} of operators) {
    for (const {sizeBytes} of keyed?.files ?? []) bytes += sizeBytes
    for (const {elements} of lists) for (const element of elements) bytes += element.length
  }
  return bytes
}
