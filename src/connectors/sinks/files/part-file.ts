import {fsync, mkdirSync, openSync, rename, rmSync} from 'node:fs'
import {dirname} from 'node:path'
import type {Timers} from '../../../platform/index.js'
import {BufferedWriter} from '../buffered-writer.js'
import {FdChannel} from '../fd-channel.js'
import {outputError} from '../output-error.js'
import type {PartState} from './rolling-policy.js'

export interface PartFileOptions {
  readonly path: string
  /** Where it is written until it is committed: a name with a dot, which readers of the folder leave out. */
  readonly inProgressPath: string
  readonly nowMs: number
  readonly pendingBytesMax: number
  readonly timers: Timers
  /** Something has come forward: there may be room, it may be closed or committed. */
  readonly progressed: () => void
  readonly failed: (error: Error) => void
}

/**
 * One part of a file sink's output.
 *
 *   IN_PROGRESS ──seal──▶ SEALING ──written, synced──▶ PENDING ──commit──▶ COMMITTING ──renamed──▶ COMMITTED
 */
export class PartFile implements PartState {
  state: 'IN_PROGRESS' | 'SEALING' | 'PENDING' | 'COMMITTING' | 'COMMITTED' = 'IN_PROGRESS'
  sizeBytes = 0
  readonly createdAtMs: number
  updatedAtMs: number
  private readonly channel: FdChannel
  private readonly writer: BufferedWriter
  private isClosed = false

  /** Errors: those of outputError. */
  constructor(private readonly options: PartFileOptions) {
    this.createdAtMs = options.nowMs
    this.updatedAtMs = options.nowMs
    const {timers, pendingBytesMax} = options
    this.channel = new FdChannel(openPart(options.inProgressPath), {ownsFd: true, timers})
    this.writer = new BufferedWriter(this.channel, {
      pendingBytesMax,
      progressed: () => this.written(),
      failed: (error) => this.fail(error),
    })
  }

  get path(): string {
    return this.options.path
  }

  /** Where it is until it is committed. */
  get inProgressPath(): string {
    return this.options.inProgressPath
  }

  get hasRoom(): boolean {
    return this.writer.hasRoom
  }

  write(bytes: Uint8Array, nowMs: number): void {
    this.sizeBytes += bytes.length
    this.updatedAtMs = nowMs
    this.writer.write(bytes)
  }

  /** No more comes: writes what is left and has it reach the disk. */
  seal(): void {
    this.state = 'SEALING'
    this.written()
  }

  /** Makes a pending part appear under its name. */
  commit(): void {
    this.state = 'COMMITTING'
    rename(this.options.inProgressPath, this.options.path, (error) => {
      if (error !== null) this.fail(error)
      else this.advance('COMMITTED')
    })
  }

  /** Lets go of it; what is not committed is deleted, unless a checkpoint has it. */
  close(isInCheckpoint = false): void {
    if (this.isClosed) return
    this.isClosed = true
    if (this.state === 'IN_PROGRESS' || this.state === 'SEALING') this.channel.close()
    if (this.state !== 'COMMITTED' && !isInCheckpoint) rmSync(this.options.inProgressPath, {force: true})
  }

  private written(): void {
    if (this.state === 'SEALING' && this.writer.isEmpty) this.sync()
    else this.options.progressed()
  }

  private sync(): void {
    const {channel} = this
    channel.run(
      (done) => fsync(channel.fd, done),
      (error) => {
        if (error !== undefined) this.fail(error)
        else if (!this.isClosed) {
          channel.close()
          this.advance('PENDING')
        }
      },
    )
  }

  private advance(state: 'PENDING' | 'COMMITTED'): void {
    this.state = state
    this.options.progressed()
  }

  private fail(error: Error): void {
    if (!this.isClosed) this.options.failed(outputError(this.options.path, error))
  }
}

function openPart(path: string): number {
  try {
    mkdirSync(dirname(path), {recursive: true})
    return openSync(path, 'wx')
  } catch (error) {
    throw outputError(path, error)
  }
}
