import {
  assert,
  type ExecutionAttemptId,
  FtsError,
  type SubtaskCheckpointMetrics,
  type SubtaskSnapshot,
} from '../core/index.js'
import type {ResultPartition} from '../shuffle/index.js'
import type {CheckpointBarrier} from './barrier-aligner.js'
import type {SlotRunnerParts} from './contract.js'
import type {OperatorChain} from './operator-chain.js'
import {SnapshotWriter} from './snapshot-writer.js'

export interface TaskCheckpointsParts {
  readonly attemptId: ExecutionAttemptId
  readonly chain: OperatorChain
  readonly partitions: readonly ResultPartition[]
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
      const next = current.writer.advance()
      if (typeof next === 'string') return next === 'more'
      this.acknowledge(current, next)
    } catch (error) {
      this.decline(current.checkpointId, error)
    }
    this.writing.shift()
    return this.writing.length > 0
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
    for (const {writer} of this.writing) writer.abandon()
    this.writing.length = 0
    this.due.length = 0
  }

  private take({barrier, firstBarrierMs, alignedMs}: Due): void {
    const {chain, partitions, slot, wake} = this.parts
    const {checkpointId, timestampMs, options} = barrier
    assert(slot.stateFiles !== undefined, 'a slot that takes snapshots has somewhere to write them', {checkpointId})
    const beginMs = performance.now()
    const operators = chain.snapshotState({checkpointId, timestampMs, options})
    for (const partition of partitions) partition.broadcast(barrier)
    if (options.thenStop !== undefined) this.stopping = {checkpointId, how: options.thenStop}
    this.writing.push({
      checkpointId,
      startedMs: slot.nowMs(),
      writer: new SnapshotWriter({
        operators,
        folder: options.sharedDirectory ?? options.directory,
        files: slot.stateFiles,
        wake,
        wakeSoon: () => slot.timers.after(1, wake),
      }),
      metrics: {
        alignmentMs: Math.max(0, alignedMs - firstBarrierMs),
        startDelayMs: Math.max(0, firstBarrierMs - timestampMs),
        syncMs: performance.now() - beginMs,
      },
    })
  }

  private acknowledge({checkpointId, writer, startedMs, metrics}: Writing, snapshot: SubtaskSnapshot): void {
    const {slot, attemptId} = this.parts
    slot.events.checkpointReported({
      kind: 'acknowledgeCheckpoint',
      attemptId,
      checkpointId,
      snapshot,
      metrics: {
        ...metrics,
        asyncMs: Math.max(0, slot.nowMs() - startedMs),
        longestPieceMs: writer.longestPieceMs,
        checkpointedBytes: writer.writtenBytes,
        stateBytes: stateBytesOf(snapshot),
      },
    })
  }

  private drop(checkpointId: number): void {
    const due = this.due.findIndex(({barrier}) => barrier.checkpointId === checkpointId)
    if (due >= 0) this.due.splice(due, 1)
    if (due === 0) this.parts.chain.forgetPrepared()
    const writing = this.writing.findIndex((one) => one.checkpointId === checkpointId)
    if (writing >= 0) this.writing.splice(writing, 1)[0].writer.abandon()
    if (this.stopping?.checkpointId === checkpointId) this.stopping = undefined
  }
}

function stateBytesOf({operators}: SubtaskSnapshot): number {
  let bytes = 0
  for (const {keyed, lists} of operators) {
    for (const {sizeBytes} of keyed?.files ?? []) bytes += sizeBytes
    for (const {elements} of lists) for (const element of elements) bytes += element.length
  }
  return bytes
}
