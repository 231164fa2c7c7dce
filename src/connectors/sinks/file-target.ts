import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fstatSync,
  fsync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import {basename, dirname, join} from 'node:path'
import {FtsError} from '../../core/index.js'
import type {Timers} from '../../platform/index.js'
import {FdChannel} from './fd-channel.js'
import type {SharedPart} from './shared-part.js'
import type {SinkTarget} from './sink-target.js'

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
  /** Outlives the attempt: says which file has got the name. Absent: no checkpoint has anything of the output. */
  readonly placedNote?: string
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

  constructor(private readonly options: FileTargetOptions) {
    this.name = options.path
    this.temporaryPath = temporaryPathOf(options.path, options.jobId)
    const {resume, timers, attempt} = options
    for (let earlier = 0; earlier < attempt; earlier++) this.removeShared(earlier)
    const isEmpty = resume === undefined || resume.sizeBytes === 0
    if (isEmpty) rmSync(this.temporaryPath, {force: true})
    else copyUnfinished(resume, {from: unfinishedPath(resume, options), to: this.temporaryPath})
    this.channel = new FdChannel(openSync(this.temporaryPath, isEmpty ? 'wx' : 'a'), {ownsFd: true, timers})
    if (options.mode !== undefined) chmodSync(this.temporaryPath, options.mode)
  }

  addShared({path, sizeBytes}: SharedPart): void {
    if (sizeBytes > 0) this.shared.set(path, (this.shared.get(path) ?? 0) + sizeBytes)
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
    const stats = fstatSync(this.channel.fd)
    return {path: this.temporaryPath, sizeBytes: stats.size, fileId: fileIdOf(stats)}
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
      this.notePlaced(only ?? temporaryPath)
      renameSync(only ?? temporaryPath, path)
      this.isCompleted = true
      if (only !== undefined) rmSync(temporaryPath, {force: true})
      return undefined
    } catch (error) {
      return error as Error
    }
  }

  /** Before it gets the name, so that the checkpoint from which this attempt was restored can find the file again: it knows an earlier copy of it. */
  private notePlaced(placed: string): void {
    const {placedNote} = this.options
    if (placedNote !== undefined) writeFileSync(placedNote, fileIdOf(statSync(placed)))
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

/** Where what was written is now: under its temporary name, or, where an attempt failed only after that, in place. */
function unfinishedPath(
  {path, sizeBytes, fileId}: UnfinishedFile,
  {path: finalPath, placedNote}: Pick<FileTargetOptions, 'path' | 'placedNote'>,
): string {
  const temporary = statSync(path, {throwIfNoEntry: false})
  if (temporary !== undefined && temporary.size >= sizeBytes) return path
  const final = statSync(finalPath, {throwIfNoEntry: false})
  const isOurs = final !== undefined && [fileId, notedIn(placedNote)].includes(fileIdOf(final))
  if (isOurs && final.size >= sizeBytes) return finalPath
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

function notedIn(placedNote: string | undefined): string | undefined {
  return placedNote !== undefined && existsSync(placedNote) ? readFileSync(placedNote, 'utf8') : undefined
}

function fileIdOf({dev, ino}: Stats): string {
  return `${dev}:${ino}`
}

function copyUnfinished({sizeBytes}: UnfinishedFile, copy: {readonly from: string; readonly to: string}): void {
  const part = `${copy.to}.copy`
  copyFileSync(copy.from, part, constants.COPYFILE_FICLONE)
  truncateSync(part, sizeBytes)
  renameSync(part, copy.to)
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
