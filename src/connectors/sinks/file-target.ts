import {chmodSync, fsync, openSync, rename, rmSync} from 'node:fs'
import {basename, dirname, join} from 'node:path'
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
}

/**
 * A file that appears as a whole or not at all: written under a temporary name in the same folder, synced, then renamed.
 * A file of that name stays as it was until then.
 */
export class FileTarget implements SinkTarget {
  readonly name: string
  readonly channel: FdChannel
  /** Nobody sees the file before it is complete, and a trip through the thread pool costs about 0.1 ms. */
  readonly gatherBytes = 256 * 1024
  private readonly temporaryPath: string
  private isCompleted = false

  constructor(private readonly options: FileTargetOptions) {
    this.name = options.path
    this.temporaryPath = temporaryPathOf(options.path, options.jobId)
    rmSync(this.temporaryPath, {force: true})
    this.channel = new FdChannel(openSync(this.temporaryPath, 'wx'), {ownsFd: true, timers: options.timers})
    if (options.mode !== undefined) chmodSync(this.temporaryPath, options.mode)
  }

  complete(completed: (error?: Error) => void): void {
    const {channel, temporaryPath} = this
    channel.run(
      (done) => fsync(channel.fd, done),
      (error) => {
        if (error !== undefined) completed(error)
        else rename(temporaryPath, this.options.path, (renameError) => this.renamed(renameError, completed))
      },
    )
  }

  close(): void {
    this.channel.close()
    if (!this.isCompleted) rmSync(this.temporaryPath, {force: true})
  }

  private renamed(error: Error | null, completed: (error?: Error) => void): void {
    this.isCompleted = error === null
    completed(error ?? undefined)
  }
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
