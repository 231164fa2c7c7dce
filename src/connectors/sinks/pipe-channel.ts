import {constants, openSync} from 'node:fs'
import {Socket} from 'node:net'
import type {Timer, Timers} from '../../platform/index.js'
import type {ByteChannel} from './byte-channel.js'

const RETRY_DELAY_MS = 20

export interface PipeChannelOptions {
  /** A named pipe may wait for its reader; the reader of an inherited pipe was there and may have gone. */
  readonly waitsForReader: boolean
  readonly timers: Timers
}

/**
 * Writes to a pipe through an open file of its own that never blocks. A thread that waits in a write for a slow reader cannot
 * be stopped, and the process cannot end before it; the inherited descriptor is left as it is, since others share its flags.
 */
export class PipeChannel implements ByteChannel {
  private socket: Socket | undefined
  private retry: Timer | undefined
  private failed: ((error: Error) => void) | undefined
  private isClosed = false

  private constructor(
    private readonly path: string,
    private readonly options: PipeChannelOptions,
  ) {}

  /** Opens the pipe at this path. Errors: those of the system; ENXIO if the reader of an inherited pipe has gone. */
  static open(path: string, options: PipeChannelOptions): PipeChannel {
    const channel = new PipeChannel(path, options)
    channel.tryOpen()
    return channel
  }

  write(bytes: Uint8Array, written: (error?: Error) => void): void {
    if (this.isClosed || (this.socket === undefined && !this.tryOpenLater(bytes, written))) return
    this.failed = written
    this.socket?.write(bytes, (error) => {
      if (this.failed !== written) return
      this.failed = undefined
      written(error ?? undefined)
    })
  }

  close(): void {
    this.isClosed = true
    this.retry?.cancel()
    this.socket?.destroy()
  }

  /** True when the pipe is open; otherwise the write is tried again later. */
  private tryOpenLater(bytes: Uint8Array, written: (error?: Error) => void): boolean {
    try {
      if (this.tryOpen()) return true
    } catch (error) {
      written(error as Error)
      return false
    }
    this.retry = this.options.timers.after(RETRY_DELAY_MS, () => this.write(bytes, written))
    return false
  }

  private tryOpen(): boolean {
    try {
      this.socket = this.socketOf(openSync(this.path, constants.O_WRONLY | constants.O_NONBLOCK))
      return true
    } catch (error) {
      if (this.options.waitsForReader && (error as NodeJS.ErrnoException).code === 'ENXIO') return false
      throw error
    }
  }

  private socketOf(fd: number): Socket {
    const socket = new Socket({fd, readable: false, writable: true})
    socket.on('error', (error) => {
      const failed = this.failed
      this.failed = undefined
      failed?.(error)
    })
    return socket
  }
}
