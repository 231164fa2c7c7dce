import {resolve} from 'node:path'
import type {Batch} from '../../columns/index.js'
import {assert, FtsError} from '../../core/index.js'
import type {Operator, OperatorContext, OperatorSnapshot, SnapshotRequest} from '../../operators/index.js'
import {keepUnfinished, noteUnfinished, type Timers} from '../../platform/index.js'
import {BufferedWriter} from './buffered-writer.js'
import {temporaryPathOf} from './file-target.js'
import {type OpenTarget, openTarget} from './open-target.js'
import {outputError} from './output-error.js'
import {type OutputState, outputState, restoredOutput} from './output-state.js'
import {type SharedPart, sharedPartsOf} from './shared-part.js'
import type {SinkTarget, SinkTargetSpec} from './sink-target.js'
import {StagedOutput, takeOverStaged} from './staged-output.js'
import type {UnfinishedFile} from './unfinished-file.js'

/** Nobody reads along in what is staged. */
const STAGED_GATHER_BYTES = 64 * 1024

export interface BytesSinkConfig {
  readonly target: SinkTargetSpec
  /** Text that comes before the first block, with its line end. */
  readonly header: string | undefined
  /** Whether those who make the lines may have written them to the file themselves; see SharedFileOutput. */
  readonly takesShared?: boolean
  /** Bytes accepted and not yet written above which the sink takes no more input. */
  readonly pendingBytesMax: number
}

/**
 * `sink.bytes`: writes blocks of bytes, in order, at parallelism 1. It never blocks its thread: a block is copied and written
 * behind, at once when nothing is in flight.
 *
 *   open ─▶ write* ─▶ finish: all written ─▶ complete (file: sync, rename) ─▶ true        close before that: no trace
 *              └─ the savepoint that stops the job is completed ─▶ complete: what it covers is to be seen
 *
 * Checkpoints (exactly once): of a file, a snapshot says how much is written; other output waits on disk (StagedOutput) until a checkpoint that has it
 * is completed. At least once: other output goes out at once.
 *
 * Errors   one sentence with what to do; a reader that has gone is `fatal` `FTS_OUTPUT_CLOSED`, which ends a job quietly.
 */
export class BytesSink implements Operator {
  private context!: OperatorContext
  private target: SinkTarget | undefined
  private writer: BufferedWriter | undefined
  private completion: 'none' | 'running' | 'done' = 'none'
  private isWaiting = false
  private hasFinished = false
  /** Where bytes wait for their checkpoint that cannot be taken back. */
  private staged: StagedOutput | undefined
  private takesSnapshots = false
  /** A snapshot waits for what is in flight; asked apart from `isWaiting`, since there may be room for more meanwhile. */
  private isPreparing = false
  /** The job ends with this checkpoint, if it comes about. */
  private stopsWith: number | undefined

  constructor(
    private readonly config: BytesSinkConfig,
    private readonly timers: Timers,
    private readonly openSpec: OpenTarget = openTarget,
  ) {}

  open(context: OperatorContext): void {
    checkParallelism(context)
    this.context = context
    const restored = restoredOutput(context)
    const target = this.openTarget(restored?.file)
    this.target = target
    this.staged = this.stage(target, restored)
    this.noteUnfinished(target)
    this.writer = new BufferedWriter(this.staged ?? target.channel, {
      pendingBytesMax: this.config.pendingBytesMax,
      gatherBytes: this.staged === undefined ? target.gatherBytes : STAGED_GATHER_BYTES,
      progressed: () => this.progressed(),
      failed: (error) => this.fail(target, error),
    })
    if (this.config.header !== undefined && restored === undefined)
      this.write(new TextEncoder().encode(this.config.header))
  }

  processBatch(batch: Batch): void {
    assert(batch.kind === 'bytes', 'sink.bytes gets bytes', {actual: batch.kind})
    const parts = this.config.takesShared === true ? sharedPartsOf(batch.bytes) : undefined
    if (parts === undefined) this.write(batch.bytes)
    else for (const part of parts) this.addShared(part)
    this.context.metrics.add('sinkRecords', batch.rowCount)
  }

  drain(): boolean {
    return this.waitUnless(this.writer?.hasRoom === true)
  }

  /** What a checkpoint has must have reached the system: a kill of the process does not undo it then. */
  prepareSnapshot(): boolean {
    this.takesSnapshots = true
    this.writer?.flush()
    this.isPreparing = this.writer?.isEmpty !== true
    return !this.isPreparing
  }

  snapshotState({checkpointId, options}: SnapshotRequest): OperatorSnapshot {
    const file = this.target?.unfinished?.()
    if (options.thenStop !== undefined) this.stopsWith = checkpointId
    if (options.type === 'savepoint') this.keepUnfinished()
    const {ownedFolder} = this.context
    const staged = this.staged?.seal(checkpointId)
    const stagedIn = staged === undefined || ownedFolder === undefined ? {} : {stagedIn: ownedFolder}
    return {lists: [outputState({file, staged, ...stagedIn})]}
  }

  checkpointCompleted(checkpointId: number): void {
    this.staged?.completed(checkpointId)
    if (this.stopsWith === undefined || checkpointId < this.stopsWith) return
    if (this.staged === undefined && this.completion === 'none') this.complete()
  }

  checkpointAborted(checkpointId: number): void {
    if (checkpointId === this.stopsWith) this.stopsWith = undefined
  }

  awaitsCheckpoint(): boolean {
    if (this.completion === 'running') return true
    return this.staged !== undefined && (!this.staged.isEmpty || (this.hasFinished && this.completion !== 'done'))
  }

  finish(): boolean {
    this.writer?.flush()
    if (this.writer?.isEmpty !== true) return this.waitUnless(false)
    this.hasFinished = true
    // What is staged goes out with the last checkpoint, for which the task waits.
    if (this.staged?.isEmpty === false) return true
    if (this.completion === 'none') this.complete()
    return this.waitUnless(this.isDone())
  }

  close(): void {
    this.writer = undefined
    this.staged?.close()
    this.target?.close(this.takesSnapshots || this.context.checkpointMode !== undefined)
    this.target = undefined
  }

  /** Undefined where nothing has to wait: a file appears as a whole, and at least once is what was asked for. */
  private stage(target: SinkTarget, restored: OutputState | undefined): StagedOutput | undefined {
    const {checkpointMode, ownedFolder, operatorId} = this.context
    if (checkpointMode !== 'exactlyOnce' || ownedFolder === undefined || target.unfinished !== undefined)
      return undefined
    const epochs = restored?.staged ?? []
    if (restored?.stagedIn !== undefined)
      takeOverStaged(epochs, {from: restored.stagedIn, to: ownedFolder, name: operatorId})
    return new StagedOutput({
      folder: ownedFolder,
      name: operatorId,
      restored: epochs,
      out: target.channel,
      timers: this.timers,
      progressed: () => this.stagedProgressed(),
      failed: (error) => this.fail(target, error),
    })
  }

  /** When the job's checkpoints go, nobody goes on with a file that was begun. */
  private noteUnfinished({unfinished, name}: SinkTarget): void {
    const {ownedFolder, operatorId, jobId} = this.context
    if (ownedFolder === undefined || unfinished === undefined) return
    noteUnfinished(ownedFolder, operatorId, [resolve(temporaryPathOf(name, jobId))])
  }

  /** A savepoint has it: it belongs to the user now. */
  private keepUnfinished(): void {
    const {ownedFolder, operatorId} = this.context
    if (ownedFolder !== undefined) keepUnfinished(ownedFolder, operatorId)
  }

  private stagedProgressed(): void {
    if (this.target === undefined) return
    if (this.hasFinished && this.completion === 'none' && this.staged?.isEmpty === true) this.complete()
    this.context.wake()
  }

  private write(bytes: Uint8Array): void {
    this.writer?.write(bytes)
    this.target?.wrote?.(bytes)
    this.context.metrics.add('sinkBytes', bytes.length)
  }

  private addShared(part: SharedPart): void {
    const {target} = this
    assert(target?.addShared !== undefined, 'only a file is shared', {path: part.path})
    target.addShared(part)
    this.context.metrics.add('sinkBytes', part.sizeBytes)
  }

  private complete(): void {
    const {target} = this
    if (target === undefined) return
    this.completion = 'running'
    target.complete((error) => {
      if (error !== undefined) this.fail(target, error)
      this.completion = 'done'
      if (this.target !== undefined) this.context.wake()
    })
  }

  private isDone(): boolean {
    return this.completion === 'done'
  }

  private waitUnless(isReady: boolean): boolean {
    this.isWaiting = !isReady
    return isReady
  }

  /** What a write that was in flight says after `close` interests nobody. */
  private fail(target: SinkTarget, error: Error): void {
    if (this.target !== undefined) this.context.fail(outputError(target.name, error))
  }

  private progressed(): void {
    if ((!this.isWaiting && !this.isPreparing) || this.target === undefined) return
    this.isWaiting = false
    this.context.wake()
  }

  private openTarget(resume: UnfinishedFile | undefined): SinkTarget {
    const {target} = this.config
    const {jobId, attempt, checkpointMode} = this.context
    try {
      return this.openSpec(target, {
        jobId,
        attempt,
        syncs: checkpointMode !== undefined,
        timers: this.timers,
        ...(resume === undefined ? {} : {resume}),
      })
    } catch (error) {
      throw outputError(
        target.kind === 'file' ? target.path : `standard ${target.kind === 'stdout' ? 'output' : 'error'}`,
        error,
      )
    }
  }
}

function checkParallelism({parallelism, operatorName}: OperatorContext): void {
  if (parallelism === 1) return
  throw new FtsError(
    'user',
    'FTS_SINK_PARALLELISM',
    `operator ${operatorName} has parallelism ${parallelism}, but only one subtask can write one output`,
    {parallelism},
    {tryThis: 'Set its parallelism to 1.'},
  )
}
