import {connect, type Socket} from 'node:net'
import {PassThrough} from 'node:stream'
import {FtsError} from '../../core/index.js'
import type {Timer, Timers} from '../../platform/index.js'
import {StreamReader} from './stream-reader.js'

export interface SocketOptions {
  readonly host: string
  readonly port: number
  /** Further attempts to connect after the first; -1: for ever. */
  readonly maxRetries: number
  readonly retryDelayMs: number
}

/**
 * Text from a TCP server, as Flink's `socketTextStream`. Connecting is retried; a server that closes ends the input.
 */
export function openSocket(options: SocketOptions, timers: Timers, wake: () => void): StreamReader {
  const text = new PassThrough({highWaterMark: 256 * 1024})
  const connector = new Connector(options, timers, text)
  return new StreamReader({
    what: `${options.host}:${options.port}`,
    stream: text,
    wake,
    describe: (error) => error,
    onClose: () => connector.close(),
  })
}

/** Connects, retries, and passes the bytes of the connection on. */
class Connector {
  private failures = 0
  private socket: Socket | undefined
  private retry: Timer | undefined
  private closed = false

  constructor(
    private readonly options: SocketOptions,
    private readonly timers: Timers,
    private readonly text: PassThrough,
  ) {
    this.connect()
  }

  close(): void {
    this.closed = true
    this.retry?.cancel()
    this.socket?.destroy()
  }

  private connect(): void {
    const {host, port} = this.options
    const socket = connect({host, port})
    this.socket = socket
    let connected = false
    socket.once('connect', () => {
      connected = true
      socket.pipe(this.text)
    })
    socket.once('error', (error) => this.failed(error, connected))
  }

  private failed(error: Error, wasConnected: boolean): void {
    if (this.closed) return
    if (wasConnected) {
      this.text.destroy(brokenSocket(this.options, error))
      return
    }
    this.failures += 1
    if (this.options.maxRetries >= 0 && this.failures > this.options.maxRetries) {
      this.text.destroy(noListener(this.options, this.failures, error))
      return
    }
    this.retry = this.timers.after(this.options.retryDelayMs, () => this.connect())
  }
}

function noListener({host, port}: SocketOptions, attempts: number, cause: Error): FtsError {
  const code = (cause as NodeJS.ErrnoException).code ?? cause.message
  const reason =
    code === 'ECONNREFUSED'
      ? 'nobody listens there'
      : code === 'ENOTFOUND'
        ? 'the host name is unknown'
        : `the system says ${code}`
  return new FtsError(
    'user',
    'FTS_CANNOT_CONNECT',
    `cannot connect to ${host}:${port}: ${reason} (${attempts} attempt${attempts === 1 ? '' : 's'})`,
    {host, port, attempts},
    {
      cause,
      tryThis: `Start the server first, for example "nc -lk ${port}", or try longer with -D source.socket.max-retries=-1.`,
    },
  )
}

function brokenSocket({host, port}: SocketOptions, cause: Error): FtsError {
  return new FtsError(
    'restartable',
    'FTS_SOCKET_BROKEN',
    `the connection to ${host}:${port} broke: ${cause.message}`,
    {host, port},
    {cause, tryThis: 'What was read before is in the result only if the job is run again; check the server.'},
  )
}
