import {join, resolve} from 'node:path'
import type {Batch, ObjectBatch} from '../../../columns/index.js'
import {assert, MIN_TIMESTAMP_MS} from '../../../core/index.js'
import type {Operator, OperatorContext, OperatorSnapshot, SnapshotRequest} from '../../../operators/index.js'
import {noteUnfinished, type Random, type Timer, type Timers} from '../../../platform/index.js'
import type {RecordEncoder} from '../../formats/write/record-encoder.js'
import {Bucket, type PartNaming} from './bucket.js'
import {type BucketAssigner, checkedBucketId} from './bucket-assigner.js'
import {PartFile} from './part-file.js'
import {commitParts, type PendingPart, partsState, restoredParts} from './pending-parts.js'
import type {RollingPolicy} from './rolling-policy.js'

export interface FileSinkSettings {
  /** The sink's folder; made if it is not there. */
  readonly path: string
  /** A promise of one is waited for. */
  readonly encoder: RecordEncoder | Promise<RecordEncoder>
  readonly buckets: BucketAssigner
  readonly rolling: RollingPolicy
  readonly naming: PartNaming
  /**
   * When parts that are closed get their names: `onRoll` at once (an endless job without checkpoints), `atEnd` together when the input has
   * ended (a bounded job: its output appears if it succeeds).
   */
  readonly commit: 'onRoll' | 'atEnd'
  /** How often parts are looked at for rolling by time; default of Flink: 60 s. */
  readonly checkIntervalMs: number
}

export interface FileSinkParts {
  readonly timers: Timers
  readonly random: Random
}

/** Records encoded at once: a part may be larger than the policy says by as much. */
const RECORDS_PER_WRITE = 64
/** Bytes accepted and not yet written, for each part. */
const PENDING_BYTES_MAX = 1024 * 1024

/**
 * Writes records into part files in folders (buckets), as Flink's FileSink does: rolling by size and time, hidden until done. Each subtask has
 * its own parts, so that any parallelism writes.
 *
 * Blocks of bytes (formatted upstream) are taken, too, where the bucket does not depend on the record and the format has no header.
 *
 * Exactly once under checkpoints: parts end at each barrier and get their names when the checkpoint that has them is completed.
 *
 * Errors   those of outputError; `user` FTS_BAD_BUCKET.
 * Source   Flink 2.3 FileSink, Bucket, DefaultRollingPolicy.
 */
export class FileSinkOperator implements Operator {
  readonly guarantee = 'exactly once'
  private context!: OperatorContext
  private encoder: RecordEncoder | undefined
  private readonly buckets = new Map<string, Bucket>()
  /** Parts that no longer get records and are not committed yet. */
  private sealed: PartFile[] = []
  /** The checkpoint that a sealed part is in, where parts are committed with checkpoints. */
  private readonly inCheckpoint = new Map<PartFile, number>()
  private check: Timer | undefined
  private isCheckDue = false
  private isClosed = false
  private isInSavepoint = false

  constructor(
    private readonly settings: FileSinkSettings,
    private readonly parts: FileSinkParts,
  ) {}

  open(context: OperatorContext): void {
    this.context = context
    this.check = this.parts.timers.every(this.settings.checkIntervalMs, () => {
      this.isCheckDue = true
      context.wake()
    })
    this.sayIfNothingEnds()
    this.sayWhatIsGone(commitParts(restoredParts(context)))
    const {encoder} = this.settings
    if (encoder instanceof Promise) this.waitFor(encoder)
    else this.encoder = encoder
  }

  processBatch(batch: Batch): void {
    const nowMs = this.context.nowMs()
    this.rollByTime(nowMs)
    if (batch.kind === 'bytes') this.writeBytes(batch.bytes, nowMs)
    else {
      assert(batch.kind === 'objects', 'a file sink gets records or bytes', {actual: batch.kind})
      this.writeRecords(batch, nowMs)
    }
    this.context.metrics.add('sinkRecords', batch.rowCount)
  }

  drain(): boolean {
    if (this.isCheckDue) this.rollByTime(this.context.nowMs())
    this.commitPending()
    if (this.encoder === undefined) return false
    for (const {part} of this.buckets.values()) if (part?.hasRoom === false) return false
    return true
  }

  /** Parts end at a barrier, as with Flink's OnCheckpointRollingPolicy: a checkpoint has whole files only. */
  prepareSnapshot(): boolean {
    for (const bucket of this.buckets.values()) this.seal(bucket)
    return this.sealed.every(({state}) => state !== 'SEALING')
  }

  snapshotState({checkpointId, options}: SnapshotRequest): OperatorSnapshot {
    if (options.type === 'savepoint') this.isInSavepoint = true
    this.forgetCommitted()
    for (const part of this.sealed) if (!this.inCheckpoint.has(part)) this.inCheckpoint.set(part, checkpointId)
    return {lists: [partsState(this.sealed)]}
  }

  checkpointCompleted(checkpointId: number): void {
    for (const [part, id] of this.inCheckpoint) if (id <= checkpointId && part.state === 'PENDING') part.commit()
  }

  awaitsCheckpoint(): boolean {
    this.forgetCommitted()
    return this.sealed.length > 0
  }

  finish(): boolean {
    for (const bucket of this.buckets.values()) this.seal(bucket)
    this.commitPending()
    if (this.sealed.some(({state}) => state === 'SEALING')) return false
    // The last checkpoint commits, for which the task waits.
    if (this.context.checkpointMode !== undefined) return true
    for (const part of this.sealed) if (part.state === 'PENDING') part.commit()
    return this.sealed.every(({state}) => state === 'COMMITTED')
  }

  close(): void {
    this.isClosed = true
    this.check?.cancel()
    for (const {part} of this.buckets.values()) part?.close()
    this.noteUnfinished()
    for (const part of this.sealed) part.close(this.inCheckpoint.has(part))
    this.sealed = []
  }

  /** Parts that a checkpoint has and that have no name are of use only while there are checkpoints, or a savepoint. */
  private noteUnfinished(): void {
    const {ownedFolder, operatorId, subtaskIndex, attempt} = this.context
    const parts = this.sealed.filter((part) => part.state !== 'COMMITTED' && this.inCheckpoint.has(part))
    if (ownedFolder === undefined || this.isInSavepoint || parts.length === 0) return
    const paths = parts.map(({inProgressPath}) => resolve(inProgressPath))
    noteUnfinished(ownedFolder, `${operatorId}-${subtaskIndex}-${attempt}`, paths)
  }

  private sayWhatIsGone(parts: readonly PendingPart[]): void {
    if (parts.length === 0) return
    const more = parts.length > 1 ? ` and ${parts.length - 1} more` : ''
    this.context.notify?.(
      `of the files that the checkpoint has, ${parts[0].path}${more} are not there any more: if nobody has moved them, they are lost.`,
    )
  }

  private sayIfNothingEnds(): void {
    const {rolling, commit, path} = this.settings
    if (rolling.rollsAtCheckpointsOnly !== true || commit !== 'onRoll' || this.context.checkpointMode !== undefined)
      return
    this.context.notify?.(
      `the files in ${path} end at checkpoints only, and this job takes none: they appear when it ends. Set execution.checkpointing.interval.`,
    )
  }

  private writeBytes(bytes: Uint8Array, nowMs: number): void {
    const {buckets} = this.settings
    assert(buckets.ignoresRecord === true, 'bytes go to a bucket that does not depend on the record')
    if (bytes.length === 0) return
    const id = buckets.bucketId(undefined, {processingTimeMs: nowMs, timestampMs: undefined})
    this.partOf(id, undefined, nowMs).write(bytes, nowMs)
    this.context.metrics.add('sinkBytes', bytes.length)
  }

  /** Runs of records of one bucket are encoded together. */
  private writeRecords({values, timestamps, rowCount}: ObjectBatch, nowMs: number): void {
    const {buckets} = this.settings
    const timeOf = (row: number) =>
      timestamps === undefined || timestamps[row] === MIN_TIMESTAMP_MS ? undefined : timestamps[row]
    const idOf = (row: number) => buckets.bucketId(values[row], {processingTimeMs: nowMs, timestampMs: timeOf(row)})
    for (let from = 0; from < rowCount; ) {
      const id = idOf(from)
      const limit = Math.min(rowCount, from + RECORDS_PER_WRITE)
      let to = from + 1
      while (to < limit && (buckets.ignoresRecord === true || idOf(to) === id)) to++
      this.writeRun(id, values, from, to, nowMs)
      from = to
    }
  }

  private writeRun(id: string, values: readonly unknown[], from: number, to: number, nowMs: number): void {
    const part = this.partOf(id, values[from], nowMs)
    const bytes = Buffer.from(this.encoder!.encode(values, from, to))
    part.write(bytes, nowMs)
    this.context.metrics.add('sinkBytes', bytes.length)
  }

  /** The part to write to, a new one where there is none or the policy asks for it. */
  private partOf(id: string, first: unknown, nowMs: number): PartFile {
    const bucket = this.bucketOf(id)
    if (bucket.part !== undefined && this.settings.rolling.shouldRollOnWrite(bucket.part)) this.seal(bucket)
    if (bucket.part === undefined) {
      bucket.part = this.newPart(bucket, nowMs)
      const header = this.encoder!.header(first)
      if (header !== '') bucket.part.write(Buffer.from(header), nowMs)
    }
    return bucket.part
  }

  private bucketOf(id: string): Bucket {
    const known = this.buckets.get(id)
    if (known !== undefined) return known
    const {path, naming} = this.settings
    const bucket = new Bucket(join(path, checkedBucketId(id)), naming, this.parts.random)
    this.buckets.set(id, bucket)
    return bucket
  }

  private newPart(bucket: Bucket, nowMs: number): PartFile {
    return new PartFile({
      ...bucket.nextPaths(),
      nowMs,
      pendingBytesMax: PENDING_BYTES_MAX,
      timers: this.parts.timers,
      progressed: () => this.wake(),
      failed: (error) => this.context.fail(error),
    })
  }

  /** Buckets without a part are forgotten: there may be a new one every hour for years. */
  private rollByTime(nowMs: number): void {
    if (!this.isCheckDue) return
    this.isCheckDue = false
    for (const [id, bucket] of this.buckets) {
      if (bucket.part === undefined) this.buckets.delete(id)
      else if (this.settings.rolling.shouldRollOnTime(bucket.part, nowMs)) this.seal(bucket)
    }
  }

  private seal(bucket: Bucket): void {
    const {part} = bucket
    if (part === undefined) return
    bucket.part = undefined
    this.sealed.push(part)
    part.seal()
  }

  private commitPending(): void {
    if (this.settings.commit !== 'onRoll' || this.context.checkpointMode !== undefined) return
    for (const part of this.sealed) if (part.state === 'PENDING') part.commit()
    this.forgetCommitted()
  }

  private forgetCommitted(): void {
    for (const part of this.sealed) if (part.state === 'COMMITTED') this.inCheckpoint.delete(part)
    this.sealed = this.sealed.filter(({state}) => state !== 'COMMITTED')
  }

  private wake(): void {
    if (!this.isClosed) this.context.wake()
  }

  private waitFor(encoder: Promise<RecordEncoder>): void {
    encoder.then(
      (loaded) => {
        this.encoder = loaded
        this.wake()
      },
      (error) => {
        if (!this.isClosed) this.context.fail(error)
      },
    )
  }
}
