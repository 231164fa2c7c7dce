import {connect, createServer, type Server, type Socket} from 'node:net'
import {FtsError} from '../core/index.js'
import {checkSocketPath} from '../platform/index.js'
import type {ByteConnection, ByteConnectionHandlers, ShuffleListener, ShuffleTransport} from './transport.js'

/** Size of the buffer that the system reads into; measured in the room's README. */
const RECEIVE_BUFFER_BYTES = 256 * 1024

/**
 * Unix domain sockets; an address is a path in the run directory.
 *
 * All sockets of a transport, so of one thread, read into one buffer: on POSIX the read and the callback that uses it up are
 * one call, and no two sockets are read at the same time.
 *
 * Errors   `user` `FTS_SOCKET_PATH` for a path the system would cut, `restartable` `FTS_SHUFFLE_LISTEN`.
 */
export class UnixSocketTransport implements ShuffleTransport {
  private readonly receiveBuffer = Buffer.allocUnsafeSlow(RECEIVE_BUFFER_BYTES)

  async listen(address: string, accept: (connection: ByteConnection) => void): Promise<ShuffleListener> {
    checkSocketPath(address)
    const server = createServer((socket) => accept(new SocketConnection(socket, false)))
    await listening(server, address)
    return {close: () => new Promise((resolve) => server.close(() => resolve()))}
  }

  connect(address: string): ByteConnection {
    const holder: {connection?: SocketConnection} = {}
    const socket = connect({
      path: address,
      onread: {
        buffer: this.receiveBuffer,
        callback: (byteCount, buffer) => {
          holder.connection?.received(byteCount === buffer.byteLength ? buffer : buffer.subarray(0, byteCount))
          return true
        },
      },
    })
    holder.connection = new SocketConnection(socket, true)
    return holder.connection
  }
}

class SocketConnection implements ByteConnection {
  private handlers: ByteConnectionHandlers | undefined
  private error: Error | undefined

  constructor(
    private readonly socket: Socket,
    private readonly readsIntoBuffer: boolean,
  ) {
    socket.on('error', (error) => {
      this.error = error
    })
  }

  start(handlers: ByteConnectionHandlers): void {
    this.handlers = handlers
    if (!this.readsIntoBuffer) this.socket.on('data', (bytes) => handlers.received(bytes))
    this.socket.once('close', () => handlers.closed(this.error))
  }

  received(bytes: Uint8Array): void {
    this.handlers?.received(bytes)
  }

  /** Corked, so that all pieces leave in one system call. */
  write(pieces: readonly Uint8Array[], done: () => void): void {
    const {socket} = this
    const last = pieces.length - 1
    socket.cork()
    for (let i = 0; i < last; i++) socket.write(pieces[i])
    socket.write(pieces[last], (error) => {
      if (error == null) done()
    })
    socket.uncork()
  }

  end(): void {
    this.socket.destroySoon()
  }

  destroy(): void {
    this.socket.destroy()
  }
}

function listening(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const refused = (cause: Error) => reject(cannotListen(path, cause))
    server.once('error', refused)
    server.listen(path, () => {
      server.off('error', refused)
      resolve()
    })
  })
}

function cannotListen(path: string, cause: Error): FtsError {
  const systemCode = (cause as NodeJS.ErrnoException).code ?? ''
  return new FtsError(
    'restartable',
    'FTS_SHUFFLE_LISTEN',
    `the slot cannot receive data on the socket ${path}: ${cause.message}`,
    {path, systemCode},
    {cause},
  )
}
