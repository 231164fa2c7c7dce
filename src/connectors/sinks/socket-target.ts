import {connect, type Socket} from 'node:net'
import {FtsError} from '../../core/index.js'
import type {Timer, Timers} from '../../platform/index.js'
import type {ByteChannel} from './byte-channel.js'
import type {SinkTarget, SocketTargetOptions} from './sink-target.js'

interface Waiting {
  readonly bytes: Uint8Array
  readonly written: (error?: Error) => void
}

/**
 * A TCP server that gets what is written. Connecting is retried; a connection that was open and breaks is an error, since nobody knows what
 * of it has arrived.
 */
export class SocketTarget implements SinkTarget, ByteChannel {
  readonly name: string
  readonly gatherBytes = 0
  readonly channel: ByteChannel = this
  private socket: Socket | undefined
  private isConnected = false
  private isClosed = false
  private attempts = 0
  private retry: Timer | undefined
  /** Waits for the connection. */
  private waiting: Waiting | undefined
  private failure: FtsError | undefined
  /** Hears of a failure while nothing is being written. */
  private failed: ((error: Error) => void) | undefined

  constructor(
    private readonly options: SocketTargetOptions,
    private readonly timers: Timers,
  ) {
    this.name = `${options.host}:${options.port}`
    this.connect()
  }

  write(bytes: Uint8Array, written: (error?: Error) => void): void {
    if (this.failure !== undefined) written(this.failure)
    else if (!this.isConnected) this.waiting = {bytes, written}
    else this.send(bytes, written)
  }

  /** Everything is with the system; the other side learns that no more comes. */
  complete(completed: (error?: Error) => void): void {
    if (this.failure !== undefined) completed(this.failure)
    else if (!this.isConnected)
      this.waiting = {bytes: new Uint8Array(0), written: (error) => this.end(error, completed)}
    else this.end(undefined, completed)
  }

  close(): void {
    this.isClosed = true
    this.retry?.cancel()
    this.socket?.destroy()
  }

  private end(error: Error | undefined, completed: (error?: Error) => void): void {
    if (error !== undefined) {
      completed(error)
      return
    }
    this.failed = completed
    this.socket?.end(() => {
      this.failed = undefined
      completed()
    })
  }

  private send(bytes: Uint8Array, written: (error?: Error) => void): void {
    this.failed = written
    this.socket?.write(bytes, (error) => {
      if (this.failed !== written) return
      this.failed = undefined
      written(error === null || error === undefined ? undefined : this.broken(error))
    })
  }

  private connect(): void {
    const {host, port} = this.options
    const socket = connect({host, port})
    this.socket = socket
    socket.once('connect', () => this.connected(socket))
    socket.on('error', (error) => this.onError(error))
    // Whatever the server answers is not ours to read, but must be taken from the wire.
    socket.resume()
  }

  private connected(socket: Socket): void {
    this.isConnected = true
    socket.setNoDelay(true)
    const {waiting} = this
    this.waiting = undefined
    if (waiting !== undefined) this.send(waiting.bytes, waiting.written)
  }

  private onError(error: Error): void {
    if (this.isClosed) return
    if (!this.isConnected) {
      this.attempts += 1
      const {maxRetries, retryDelayMs} = this.options
      if (maxRetries < 0 || this.attempts <= maxRetries) {
        this.retry = this.timers.after(retryDelayMs, () => this.connect())
        return
      }
    }
    this.failure = this.isConnected ? this.broken(error) : this.unreachable(error)
    const listener = this.failed ?? this.waiting?.written
    this.failed = undefined
    this.waiting = undefined
    listener?.(this.failure)
  }

  private broken(cause: Error): FtsError {
    return new FtsError(
      'restartable',
      'FTS_SOCKET_BROKEN',
      `the connection to ${this.name}, which gets the output, broke: ${cause.message}`,
      {output: this.name},
      {cause, tryThis: 'Check the server; it may have part of the output already.'},
    )
  }

  private unreachable(cause: Error): FtsError {
    const {attempts} = this
    const code = (cause as NodeJS.ErrnoException).code ?? cause.message
    const why = code === 'ECONNREFUSED' ? 'nobody listens there' : `the system says ${code}`
    return new FtsError(
      'user',
      'FTS_CANNOT_CONNECT',
      `cannot write to ${this.name}: ${why} (${attempts} attempt${attempts === 1 ? '' : 's'})`,
      {output: this.name, attempts},
      {
        cause,
        tryThis: `Start the server first, for example "nc -lk ${this.options.port}", or allow more attempts with maxRetries.`,
      },
    )
  }
}
