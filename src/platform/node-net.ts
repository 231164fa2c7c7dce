import {createConnection, createServer, type Server, type Socket} from 'node:net'
import {FtsError} from '../core/index.js'
import {checkSocketPath} from './check-socket-path.js'
import {NodeConnection} from './node-connection.js'
import type {Connection, Listener, Net} from './platform.js'

/**
 * Unix domain sockets of the run directory.
 *
 * Errors   `user` `FTS_SOCKET_PATH` for a path over SOCKET_PATH_BYTES_MAX (the system would cut it silently);
 *          `restartable` `FTS_SOCKET_LISTEN`, `FTS_SOCKET_CONNECT` with the system's code in `details.systemCode`.
 */
export class NodeNet implements Net {
  async listen(path: string, accept: (connection: Connection) => void): Promise<Listener> {
    checkSocketPath(path)
    const sockets = new Set<Socket>()
    const server = createServer((socket) => {
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
      accept(new NodeConnection(socket))
    })
    await listening(server, path)
    return {close: () => closed(server, sockets)}
  }

  connect(path: string): Promise<Connection> {
    checkSocketPath(path)
    return new Promise((resolve, reject) => {
      const socket = createConnection(path)
      const refused = (cause: Error) => reject(socketError('FTS_SOCKET_CONNECT', 'cannot connect to', path, cause))
      socket.once('error', refused)
      socket.once('connect', () => {
        socket.off('error', refused)
        resolve(new NodeConnection(socket))
      })
    })
  }
}

function listening(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const refused = (cause: Error) => reject(socketError('FTS_SOCKET_LISTEN', 'cannot listen on', path, cause))
    server.once('error', refused)
    server.listen(path, () => {
      server.off('error', refused)
      resolve()
    })
  })
}

/** Stops accepting, drops what is connected, and removes the socket's file (Node does). */
function closed(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    for (const socket of sockets) socket.destroySoon()
  })
}

function socketError(code: string, failed: string, path: string, cause: Error): FtsError {
  const systemCode = (cause as NodeJS.ErrnoException).code ?? ''
  return new FtsError(
    'restartable',
    code,
    `${failed} the socket ${path}: ${cause.message}`,
    {path, systemCode},
    {cause},
  )
}
