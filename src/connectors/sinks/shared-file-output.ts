import {closeSync, openSync, realpathSync, rmSync, statSync, writeSync} from 'node:fs'
import type {Batch} from '../../columns/index.js'
import {assert, type ControlElement} from '../../core/index.js'
import type {OperatorContext, Output} from '../../operators/index.js'
import {sharedPathOf} from './file-target.js'
import {isStandardPath} from './open-target.js'
import {outputError} from './output-error.js'
import {sharedPartReference} from './shared-part.js'

/**
 * The output of a subtask that, with others, makes the lines of one file: it appends them to the file's temporary form itself, and tells `sink.bytes` what it
 * has written (see shared-part.ts), which moves no bytes and gives the file its name.
 *
 *   subtask 1 ─ append ─▶ ┌───────────────────────┐
 *   subtask 2 ─ append ─▶ │ .<name>.<job>.<n>.tmp │ ◀─ check of its size, rename ─ sink.bytes
 *                         └───────────────────────┘
 *
 * A block is appended by one write, so lines stay whole; in which order those of different subtasks come is open, as it is in an exchange. Writes are
 * synchronous, as reading is: into the page cache.
 */
export class SharedFileOutput implements Output {
  private descriptor = -1
  private isFinished = false

  private constructor(
    private readonly file: {readonly path: string; readonly sharedPath: string},
    private readonly output: Output,
  ) {}

  /**
   * Undefined where lines go through the sink: where there is one subtask only, where checkpoints must know what belongs to them, and where `path` is
   * something else than a file, or cannot be written, which the sink will say.
   */
  static over(
    output: Output,
    path: string | undefined,
    {jobId, attempt, parallelism, checkpointMode}: OperatorContext,
  ): SharedFileOutput | undefined {
    if (path === undefined || parallelism === 1 || checkpointMode !== undefined) return undefined
    const real = fileOf(path)
    if (real === undefined) return undefined
    return new SharedFileOutput({path, sharedPath: sharedPathOf(real, jobId, attempt)}, output)
  }

  emit(batch: Batch): void {
    assert(batch.kind === 'bytes', 'lines are bytes', {actual: batch.kind})
    const {bytes, rowCount} = batch
    if (bytes.length > 0) this.append(bytes)
    const reference = sharedPartReference({path: this.file.sharedPath, sizeBytes: bytes.length})
    this.output.emit({kind: 'bytes', bytes: reference, rowCount})
  }

  emitSide(outputTag: string, batch: Batch): void {
    this.output.emitSide?.(outputTag, batch)
  }

  emitControl(element: ControlElement): void {
    this.output.emitControl(element)
  }

  hasRoom(): boolean {
    return this.output.hasRoom()
  }

  reserveBytes(): undefined {
    return undefined
  }

  /** All is written: the file now belongs to the sink. */
  finish(): void {
    this.isFinished = true
  }

  /** Before `finish`: the attempt has failed, and what was written is of no use. */
  close(): void {
    if (this.descriptor >= 0) closeSync(this.descriptor)
    this.descriptor = -1
    if (!this.isFinished) rmSync(this.file.sharedPath, {force: true})
  }

  private append(bytes: Uint8Array): void {
    const {path, sharedPath} = this.file
    try {
      if (this.descriptor < 0) this.descriptor = openSync(sharedPath, 'a')
      if (writeSync(this.descriptor, bytes) === bytes.length) return
    } catch (error) {
      throw outputError(path, error)
    }
    // The next write would say so; lines of others must not come between.
    throw outputError(path, Object.assign(new Error('a block was written in part'), {code: 'ENOSPC'}))
  }
}

/** The file that `path` leads to, there or not; undefined for anything else. */
function fileOf(path: string): string | undefined {
  if (isStandardPath(path) || path.endsWith('/')) return undefined
  try {
    const stats = statSync(path, {throwIfNoEntry: false})
    if (stats === undefined) return path
    return stats.isFile() ? realpathSync(path) : undefined
  } catch {
    return undefined
  }
}
