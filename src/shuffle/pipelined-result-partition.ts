import {performance} from 'node:perf_hooks'
import type {Batch} from '../columns/index.js'
import {type CheckpointBarrier, type ControlElement, FtsError} from '../core/index.js'
import type {ResultPartitionDeployment} from '../graph/index.js'
import type {TaskCounter} from '../metrics/index.js'
import type {Timer, Timers} from '../platform/index.js'
import type {BatchSerializer} from '../types/index.js'
import {canBeOvertaken} from './can-be-overtaken.js'
import {END_OF_CHANNEL} from './channel-events.js'
import type {InFlightTaker, ResultPartition, TaskShuffleContext} from './contract.js'
import type {LocalBufferPool} from './local-buffer-pool.js'
import type {NetworkBufferPool} from './network-buffer-pool.js'
import type {NetworkSegment} from './network-segment.js'
import type {RowPartitioner} from './partitioners/row-partitioner.js'
import {Subpartition, type SubpartitionParent} from './subpartition.js'
import {SubpartitionWriter} from './subpartition-writer.js'

export interface ResultPartitionLimits {
  /** Segments that may wait in one subpartition. */
  readonly maxBuffersPerChannel: number
  /** For the size of its local pool, as Flink sizes it: subpartitions * buffersPerChannel + floatingBuffersPerGate. */
  readonly buffersPerChannel: number
  readonly floatingBuffersPerGate: number
  readonly messageRowsMax: number
}

export interface PipelinedResultPartitionParts {
  readonly deployment: ResultPartitionDeployment
  readonly context: TaskShuffleContext
  readonly pool: NetworkBufferPool
  readonly limits: ResultPartitionLimits
  readonly partitioner: RowPartitioner
  readonly timers: Timers
  createSerializer(): BatchSerializer
  /** Everything was read or dropped: nobody can ask for the partition any more. */
  onGone(): void
}

/**
 * What one task produces, read while it is being produced.
 *
 *   emit ─▶ partitioner ─▶ a writer for each subpartition (one for all in a broadcast) ─▶ subpartition ─▶ its one reader
 *
 * It outlives its task: after `finish` it goes when every subpartition has been read to the end or been cancelled. Its
 * task's counters are another task's by then, so they are not touched after `finish` or `release`.
 */
export class PipelinedResultPartition implements ResultPartition, SubpartitionParent {
  private readonly subpartitions: readonly Subpartition[]
  private readonly writers: readonly SubpartitionWriter[]
  private readonly localPool: LocalBufferPool
  private liveSubpartitions: number
  private pendingBytes = 0
  /** Bytes outside of the pool that do not count as a lack of room. */
  private overdraftBytesMax = 0
  private flushTimer: Timer | undefined
  private roomWasDenied = false
  /** The task has neither finished nor released. */
  private isOpen = true
  private isGone = false
  private buffersUsedShown = 0
  private buffersTotalShown = 0
  private current!: Batch
  /** The time of the call under way is being taken; what is sent within it is part of that. */
  private isTiming = false

  constructor(private readonly parts: PipelinedResultPartitionParts) {
    const {deployment, context, limits, pool} = parts
    const count = deployment.subpartitionCount
    this.localPool = pool.createLocalPool({
      name: `${context.taskName}'s output ${deployment.partitionId}`,
      required: count + 1,
      minimum: 1,
      max: count * limits.buffersPerChannel + Math.max(1, limits.floatingBuffersPerGate),
      onAvailable: () => this.onSegmentAvailable(),
    })
    this.subpartitions = Array.from({length: count}, (_, index) => new Subpartition(this, index))
    this.liveSubpartitions = count
    this.writers = this.createWriters()
    this.showBuffers()
  }

  get partitionId(): string {
    return this.parts.deployment.partitionId
  }

  private get canBeOvertaken(): boolean {
    const {context, deployment} = this.parts
    return context.keepsInFlight === true && canBeOvertaken(deployment.partitioner)
  }

  get payloadBytesMax(): number {
    return this.parts.pool.payloadBytesMax
  }

  subpartition(index: number): Subpartition | undefined {
    return this.subpartitions[index]
  }

  emit(batch: Batch): void {
    if (!this.isOpen || (batch.rowCount === 0 && batch.kind !== 'bytes')) return
    const beginMs = this.beginTiming()
    this.current = batch
    this.parts.partitioner.partition(batch, this.deal)
    this.count('recordsOut', batch.rowCount)
    if (this.parts.context.bufferTimeoutMs === 0) this.sendGathered()
    else this.armFlush()
    this.showBuffers()
    this.endTiming(beginMs)
  }

  broadcast(element: ControlElement): void {
    if (!this.isOpen) return
    this.flush()
    for (const subpartition of this.subpartitions) subpartition.addEvent(element)
  }

  overtake(barrier: CheckpointBarrier, takerOf: (subpartition: number) => InFlightTaker): void {
    if (!this.canBeOvertaken) this.broadcast(barrier)
    if (!this.isOpen || !this.canBeOvertaken) return
    this.flush()
    for (const subpartition of this.subpartitions) subpartition.putFirst(barrier, takerOf(subpartition.index))
  }

  pullAhead(barrier: CheckpointBarrier, takerOf: (subpartition: number) => InFlightTaker): void {
    if (!this.isOpen || !this.canBeOvertaken) return
    for (const subpartition of this.subpartitions) subpartition.pullAhead(barrier, takerOf(subpartition.index))
  }

  holdsBarrier(checkpointId: number): boolean {
    return this.canBeOvertaken && this.subpartitions.some((subpartition) => subpartition.holdsBarrier(checkpointId))
  }

  allowOverdraft(bytes: number): void {
    this.overdraftBytesMax = bytes
  }

  hasRoom(): boolean {
    const has = this.isRoomy() || this.pendingBytes < this.overdraftBytesMax
    if (!has) {
      this.roomWasDenied = true
      this.localPool.waitForSegment()
    }
    return has
  }

  isUnwanted(): boolean {
    return this.subpartitions.every((subpartition) => subpartition.isUnwanted)
  }

  flush(): void {
    this.disarmFlush()
    if (!this.isOpen) return
    const beginMs = this.beginTiming()
    this.sendGathered()
    this.endTiming(beginMs)
  }

  finish(): void {
    if (!this.isOpen) return
    this.flush()
    this.isOpen = false
    for (const subpartition of this.subpartitions) subpartition.addEvent(END_OF_CHANNEL)
    this.goIfDone()
  }

  release(error?: unknown): void {
    this.disarmFlush()
    if (this.isOpen) this.hideBuffers()
    this.isOpen = false
    const failure = this.failureFor(error)
    for (const subpartition of this.subpartitions) subpartition.fail(failure)
    this.goIfDone()
  }

  /** Time of sending that belongs to this task. */
  charge(milliseconds: number): void {
    if (!this.isTiming) this.count('transferMs', milliseconds)
  }

  takeSegment(): NetworkSegment | undefined {
    const segment = this.localPool.tryTake()
    if (segment === undefined) this.localPool.waitForSegment()
    return segment
  }

  countPendingBytes(change: number): void {
    this.pendingBytes += change
    this.parts.pool.countPendingBytes(change)
  }

  barrierTaken(): void {
    if (this.isOpen && this.canBeOvertaken) this.parts.context.wake()
  }

  itemTaken(): void {
    if (this.roomWasDenied) this.wakeIfRoom()
  }

  subpartitionDone(): void {
    this.liveSubpartitions -= 1
    this.goIfDone()
    this.itemTaken()
    if (this.isOpen && this.isUnwanted()) this.parts.context.wake()
  }

  private createWriters(): readonly SubpartitionWriter[] {
    const {deployment, limits} = this.parts
    const isBroadcast = deployment.partitioner.kind === 'broadcast'
    const targets = isBroadcast ? [this.subpartitions] : this.subpartitions.map((subpartition) => [subpartition])
    return targets.map(
      (group) =>
        new SubpartitionWriter({
          serializer: this.parts.createSerializer(),
          parent: this,
          targets: group,
          messageRowsMax: limits.messageRowsMax,
          onMessage: this.onMessage,
        }),
    )
  }

  private readonly deal = (subpartition: number, rows: Int32Array | undefined, rowCount: number): void => {
    this.writers[subpartition].append(this.current, rows, rowCount)
  }

  private readonly onMessage = (messageBytes: number, subpartitionCount: number): void => {
    this.count('bytesOut', messageBytes * subpartitionCount)
    this.count('batchesOut', subpartitionCount)
  }

  private isRoomy(): boolean {
    if (this.pendingBytes > 0) return false
    if (this.liveSubpartitions === 0) return true
    if (!this.localPool.canReserve) return false
    const {maxBuffersPerChannel} = this.parts.limits
    for (const subpartition of this.subpartitions) {
      if (subpartition.queuedSegments >= maxBuffersPerChannel) return false
    }
    return true
  }

  private wakeIfRoom(): void {
    if (!this.isOpen) return
    if (!this.isRoomy()) {
      this.localPool.waitForSegment()
      return
    }
    this.roomWasDenied = false
    this.showBuffers()
    this.parts.context.wake()
  }

  private onSegmentAvailable(): void {
    if (this.pendingBytes > 0) for (const subpartition of this.subpartitions) subpartition.retryPending()
    if (this.roomWasDenied) this.wakeIfRoom()
  }

  private armFlush(): void {
    const {timers, context} = this.parts
    if (this.flushTimer !== undefined || context.bufferTimeoutMs < 0) return
    if (this.writers.every((writer) => writer.isEmpty)) return
    this.flushTimer = timers.after(context.bufferTimeoutMs, this.onFlushTime)
  }

  private sendGathered(): void {
    for (const writer of this.writers) writer.send()
    this.showBuffers()
  }

  private readonly onFlushTime = (): void => {
    this.flushTimer = undefined
    try {
      this.flush()
    } catch (error) {
      this.parts.context.fail(error)
    }
  }

  private disarmFlush(): void {
    this.flushTimer?.cancel()
    this.flushTimer = undefined
  }

  private goIfDone(): void {
    if (this.isGone || this.isOpen || this.liveSubpartitions > 0) return
    this.isGone = true
    this.localPool.close()
    this.parts.onGone()
  }

  private failureFor(error: unknown): FtsError {
    const {partitionId} = this.parts.deployment
    const {taskName} = this.parts.context
    if (error === undefined) {
      const sentence = `the producer ${taskName} was cancelled before its result ${partitionId} was read to the end`
      return new FtsError('restartable', 'FTS_PRODUCER_CANCELED', sentence, {partitionId, taskName})
    }
    const cause = FtsError.from(error)
    const sentence = `the producer ${taskName} of the result ${partitionId} failed: ${cause.message}`
    return new FtsError(cause.kind, 'FTS_PRODUCER_FAILED', sentence, {partitionId, taskName}, {cause})
  }

  private count(counter: TaskCounter, amount: number): void {
    if (this.isOpen) this.parts.context.metrics.add(counter, amount)
  }

  private beginTiming(): number {
    this.isTiming = true
    return performance.now()
  }

  private endTiming(beginMs: number): void {
    this.isTiming = false
    this.count('transferMs', performance.now() - beginMs)
  }

  private showBuffers(): void {
    if (!this.isOpen) return
    const {used, size} = this.localPool
    this.count('outputBuffersUsed', used - this.buffersUsedShown)
    this.count('outputBuffersTotal', size - this.buffersTotalShown)
    this.buffersUsedShown = used
    this.buffersTotalShown = size
  }

  private hideBuffers(): void {
    this.count('outputBuffersUsed', -this.buffersUsedShown)
    this.buffersUsedShown = 0
  }
}
