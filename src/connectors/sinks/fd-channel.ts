import {close, write} from 'node:fs'
import type {Timer, Timers} from '../../platform/index.js'
import type {ByteChannel} from './byte-channel.js'

const RETRY_DELAY_MS = 2

export interface FdChannelOptions {
  /** Closed by `close`; an inherited one is not. */
  readonly ownsFd: boolean
  readonly timers: Timers
}

/** Writes to a file descriptor in libuv's thread pool. For files and devices; a pipe that nobody reads would hold the pool. */
export class FdChannel implements ByteChannel {
  private isBusy = false
  private isClosed = false
  private retry: Timer | undefined

  constructor(
    readonly fd: number,
    private readonly options: FdChannelOptions,
  ) {}

  write(bytes: Uint8Array, written: (error?: Error) => void): void {
    if (!this.isClosed) this.run((done) => this.writeFrom(bytes, 0, done), written)
  }

  /** Runs an operation on the descriptor (a sync, say) so that `close` waits for it. */
  run(operation: (done: (error?: Error | null) => void) => void, ended: (error?: Error) => void): void {
    this.isBusy = true
    operation((error) => {
      this.isBusy = false
      if (this.isClosed) this.closeNow()
      ended(error ?? undefined)
    })
  }

  close(): void {
    if (this.isClosed) return
    this.isClosed = true
    this.retry?.cancel()
    if (!this.isBusy || this.retry !== undefined) this.closeNow()
  }

  private writeFrom(bytes: Uint8Array, from: number, done: (error?: Error | null) => void): void {
    this.retry = undefined
    write(this.fd, bytes, from, bytes.length - from, null, (error, count) => {
      if (error?.code === 'EAGAIN' && !this.isClosed) {
        this.retry = this.options.timers.after(RETRY_DELAY_MS, () => this.writeFrom(bytes, from, done))
      } else if (error !== null || from + count === bytes.length || this.isClosed) done(error)
      else this.writeFrom(bytes, from + count, done)
    })
  }

  private closeNow(): void {
    if (this.options.ownsFd) close(this.fd, () => {})
  }
}
