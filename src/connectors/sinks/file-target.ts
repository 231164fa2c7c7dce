import {
  chmodSync,
  closeSync,
  fstatSync,
  fsync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import {basename, dirname, join, resolve} from 'node:path'
import {crc32} from 'node:zlib'
import {FtsError} from '../../core/index.js'
import type {Timers} from '../../platform/index.js'
import {FdChannel} from './fd-channel.js'
import type {SharedPart} from './shared-part.js'
import type {SinkTarget} from './sink-target.js'
import {copyUnfinished, fileIdOf, type UnfinishedFile, unfinishedPath} from './unfinished-file.js'

/** Longer names leave no room for the temporary name's own characters (255 bytes in most file systems). */
const BASE_NAME_BYTES_MAX = 180
const COPY_BYTES = 1024 * 1024

export interface FileTargetOptions {
  readonly path: string
  /** Keeps apart the temporary files of jobs that write to one path. */
  readonly jobId: string
  /** Of the sink; what attempts before it have left is removed. */
  readonly attempt: number
  /** Whether the file must be on the disk, and not only handed to the system, before it gets its name. */
  readonly syncs: boolean
  /** Permission bits of the file that is replaced. */
  readonly mode?: number
  readonly timers: Timers
  /** Goes on with what a checkpoint has of the output. */
  readonly resume?: UnfinishedFile
}

/**
 * A file that appears as a whole or not at all: written under a temporary name in the same folder, synced where that is wanted, then renamed.
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
  /** What others have appended, by path: one, unless they were not of one attempt. */
  private readonly shared = new Map<string, number>()
  private isCompleted = false
  private isClosed = false
  /** Of all that was written; undefined: nobody is restored from it. */
  private checksum: number | undefined

  constructor(private readonly options: FileTargetOptions) {
    this.name = options.path
    this.temporaryPath = temporaryPathOf(options.path, options.jobId)
    const {resume, timers, attempt} = options
    for (let earlier = 0; earlier < attempt; earlier++) this.removeShared(earlier)
    const isEmpty = resume === undefined || resume.sizeBytes === 0
    this.checksum = isEmpty ? 0 : resume.crc32
    if (!options.syncs) this.checksum = undefined
    if (isEmpty) rmSync(this.temporaryPath, {force: true})
    else copyUnfinished(resume, {from: unfinishedPath(resume, options.path), to: this.temporaryPath})
    this.channel = new FdChannel(openSync(this.temporaryPath, isEmpty ? 'wx' : 'a'), {ownsFd: true, timers})
    if (options.mode !== undefined) chmodSync(this.temporaryPath, options.mode)
  }

  addShared({path, sizeBytes}: SharedPart): void {
    if (sizeBytes > 0) this.shared.set(path, (this.shared.get(path) ?? 0) + sizeBytes)
  }

  wrote(bytes: Uint8Array): void {
    if (this.checksum !== undefined) this.checksum = crc32(bytes, this.checksum)
  }

  complete(completed: (error?: Error) => void): void {
    const {channel} = this
    channel.run(
      (done) => (this.options.syncs ? fsync(channel.fd, done) : done()),
      (error) => {
        if (this.isClosed) return
        completed(error ?? this.tryTakePlace())
      },
    )
  }

  /** All that was written so far; everything must have been handed to the system. */
  unfinished(): UnfinishedFile {
    const {temporaryPath, checksum, channel, options} = this
    const stats = fstatSync(channel.fd)
    return {
      path: temporaryPath,
      sizeBytes: stats.size,
      fileId: fileIdOf(stats),
      finalPath: resolve(options.path),
      ...(checksum === undefined ? {} : {crc32: checksum}),
    }
  }

  close(keepsUnfinished = false): void {
    this.isClosed = true
    this.channel.close()
    if (this.isCompleted || keepsUnfinished) return
    rmSync(this.temporaryPath, {force: true})
    this.removeShared(this.options.attempt)
    for (const path of this.shared.keys()) rmSync(path, {force: true})
  }

  /** At once, and not behind our back: a later attempt may have a file of the temporary name by then. */
  private tryTakePlace(): Error | undefined {
    const {temporaryPath, shared} = this
    const {path, mode} = this.options
    try {
      for (const [sharedPath, sizeBytes] of shared) checkSize(sharedPath, sizeBytes)
      const [only] = shared.size === 1 && fstatSync(this.channel.fd).size === 0 ? shared.keys() : []
      if (only === undefined) for (const sharedPath of shared.keys()) moveBehind(sharedPath, temporaryPath)
      else if (mode !== undefined) chmodSync(only, mode)
      renameSync(only ?? temporaryPath, path)
      this.isCompleted = true
      if (only !== undefined) rmSync(temporaryPath, {force: true})
      return undefined
    } catch (error) {
      return error as Error
    }
  }

  private removeShared(attempt: number): void {
    const {path, jobId} = this.options
    rmSync(sharedPathOf(path, jobId, attempt), {force: true})
  }
}

/** What is there must be what the subtasks say that they have written: an earlier attempt may have left something, somebody may have removed it. */
function checkSize(path: string, sizeBytes: number): void {
  const actual = statSync(path, {throwIfNoEntry: false})?.size ?? 0
  if (actual === sizeBytes) return
  throw new FtsError(
    'restartable',
    'FTS_OUTPUT_LOST',
    `the subtasks have written ${sizeBytes} bytes of the output to ${path}, which has ${actual}`,
    {path, sizeBytes, actual},
    {tryThis: 'Run the job again; what is written and not complete must be left alone while the job runs.'},
  )
}

function moveBehind(from: string, to: string): void {
  const bytes = Buffer.allocUnsafeSlow(COPY_BYTES)
  const source = openSync(from, 'r')
  const target = openSync(to, 'a')
  try {
    for (let count = readSync(source, bytes); count > 0; count = readSync(source, bytes))
      appendAll(target, bytes.subarray(0, count))
  } finally {
    closeSync(source)
    closeSync(target)
  }
  rmSync(from)
}

function appendAll(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at)
}

/** The name of the temporary file to which the subtasks of an attempt append themselves. */
export function sharedPathOf(path: string, jobId: string, attempt: number): string {
  return temporaryPathOf(path, `${jobId}.${attempt}`)
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
