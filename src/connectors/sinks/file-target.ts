import {
  chmodSync,
  constants,
  copyFileSync,
  fstatSync,
  fsync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
} from 'node:fs'
import {basename, dirname, join} from 'node:path'
import {FtsError} from '../../core/index.js'
import type {Timers} from '../../platform/index.js'
import {FdChannel} from './fd-channel.js'
import type {SinkTarget} from './sink-target.js'

/** Longer names leave no room for the temporary name's own characters (255 bytes in most file systems). */
const BASE_NAME_BYTES_MAX = 180

export interface FileTargetOptions {
  readonly path: string
  /** Keeps apart the temporary files of jobs that write to one path. */
  readonly jobId: string
  /** Permission bits of the file that is replaced. */
  readonly mode?: number
  readonly timers: Timers
  /** Goes on with what a checkpoint has of the output. */
  readonly resume?: UnfinishedFile
}

/** What was written of a file at a barrier. */
export interface UnfinishedFile {
  /** Its temporary name. */
  readonly path: string
  readonly sizeBytes: number
  /** `<device>:<inode>`: by it the file is known when it has got its name already. */
  readonly fileId: string
}

/**
 * A file that appears as a whole or not at all: written under a temporary name in the same folder, synced, then renamed.
 * A file of that name stays as it was until then.
 *
 * Exactly once   a snapshot says how much there is; whoever is restored from it takes so much and goes on. It works on a copy: what a
 *                write of an attempt that failed still does, it does to the old file.
 */
export class FileTarget implements SinkTarget {
  readonly name: string
  readonly channel: FdChannel
  /** Nobody sees the file before it is complete, and a trip through the thread pool costs about 0.1 ms. */
  readonly gatherBytes = 256 * 1024
  private readonly temporaryPath: string
  private isCompleted = false
  private isClosed = false

  constructor(private readonly options: FileTargetOptions) {
    this.name = options.path
    this.temporaryPath = temporaryPathOf(options.path, options.jobId)
    const {resume, timers} = options
    const isEmpty = resume === undefined || resume.sizeBytes === 0
    if (isEmpty) rmSync(this.temporaryPath, {force: true})
    else copyUnfinished(resume, {from: unfinishedPath(resume, options.path), to: this.temporaryPath})
    this.channel = new FdChannel(openSync(this.temporaryPath, isEmpty ? 'wx' : 'a'), {ownsFd: true, timers})
    if (options.mode !== undefined) chmodSync(this.temporaryPath, options.mode)
  }

  complete(completed: (error?: Error) => void): void {
    const {channel, temporaryPath} = this
    channel.run(
      (done) => fsync(channel.fd, done),
      (error) => {
        if (this.isClosed) return
        completed(error ?? this.tryRename(temporaryPath))
      },
    )
  }

  /** All that was written so far; everything must have been handed to the system. */
  unfinished(): UnfinishedFile {
    const {dev, ino, size} = fstatSync(this.channel.fd)
    return {path: this.temporaryPath, sizeBytes: size, fileId: `${dev}:${ino}`}
  }

  close(keepsUnfinished = false): void {
    this.isClosed = true
    this.channel.close()
    if (!this.isCompleted && !keepsUnfinished) rmSync(this.temporaryPath, {force: true})
  }

  /** At once, and not behind our back: a later attempt may have a file of the temporary name by then. */
  private tryRename(temporaryPath: string): Error | undefined {
    try {
      renameSync(temporaryPath, this.options.path)
      this.isCompleted = true
      return undefined
    } catch (error) {
      return error as Error
    }
  }
}

/** Where what was written is now: under its temporary name, or, where the attempt failed only after that, in place. */
function unfinishedPath({path, sizeBytes, fileId}: UnfinishedFile, finalPath: string): string {
  const temporary = statSync(path, {throwIfNoEntry: false})
  if (temporary !== undefined && temporary.size >= sizeBytes) return path
  const final = statSync(finalPath, {throwIfNoEntry: false})
  if (final !== undefined && `${final.dev}:${final.ino}` === fileId && final.size >= sizeBytes) return finalPath
  throw new FtsError(
    'fatal',
    'FTS_OUTPUT_LOST',
    `the checkpoint has ${sizeBytes} bytes of the output ${finalPath} in ${path}, which ${temporary === undefined ? 'is not there any more' : `has only ${temporary.size}`}`,
    {path, sizeBytes},
    {
      tryThis:
        'Run the job again from its beginning; what is written and not complete must be left alone while the job runs.',
    },
  )
}

function copyUnfinished({sizeBytes}: UnfinishedFile, copy: {readonly from: string; readonly to: string}): void {
  const part = `${copy.to}.copy`
  copyFileSync(copy.from, part, constants.COPYFILE_FICLONE)
  truncateSync(part, sizeBytes)
  renameSync(part, copy.to)
}

/**
 * The name under which a job writes a file until it is complete. It follows from path and job, so that another attempt, or
 * whoever cleans up after a process was killed, finds it.
 */
export function temporaryPathOf(path: string, jobId: string): string {
  const base = basename(path)
  const shown = Buffer.byteLength(base) > BASE_NAME_BYTES_MAX ? 'output' : base
  return join(dirname(path), `.${shown}.${jobId}.tmp`)
}
