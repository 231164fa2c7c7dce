import {createServer, type Server, type Socket} from 'node:net'
import {PassThrough} from 'node:stream'
import {FtsError} from '../../../core/index.js'
import {StreamReader} from '../stream-reader.js'
import {WholeRecords, type WholeRecordsOptions} from './whole-records.js'

export interface ListenOptions extends Omit<WholeRecordsOptions, 'what'> {
  readonly host: string
  readonly port: number
}

/**
 * Text from whoever connects, any number of clients at a time, as one stream of whole records: those of one client come in order, and records
 * never mix. It does not end: when all have gone, others may come. Clients wait when nobody reads.
 *
 * Errors   `user` FTS_CANNOT_LISTEN, FTS_LINE_TOO_LONG.
 */
export function openListener(options: ListenOptions, wake: () => void): StreamReader {
  const text = new PassThrough({highWaterMark: 256 * 1024})
  const clients = new Clients(options, text)
  return new StreamReader({
    what: `${options.host}:${options.port}`,
    stream: text,
    wake,
    describe: (error) => error,
    onClose: () => clients.close(),
  })
}

class Clients {
  private readonly server: Server
  private readonly sockets = new Set<Socket>()

  constructor(
    private readonly options: ListenOptions,
    private readonly text: PassThrough,
  ) {
    const {host, port} = options
    this.server = createServer((client) => this.accept(client))
    this.server.once('error', (error) => text.destroy(cannotListen(options, error)))
    this.server.listen(port, host)
    text.on('drain', () => {
      for (const client of this.sockets) client.resume()
    })
  }

  close(): void {
    this.server.close()
    for (const client of this.sockets) client.destroy()
  }

  private accept(client: Socket): void {
    const {remoteAddress, remotePort} = client
    const records = new WholeRecords({...this.options, what: `${remoteAddress}:${remotePort}`})
    this.sockets.add(client)
    client.on('data', (bytes) => this.take(() => records.push(bytes)))
    client.once('end', () => this.take(() => records.end()))
    // A client that breaks off has sent what it has sent; a record that it began is lost with it.
    client.once('error', () => {})
    client.once('close', () => this.sockets.delete(client))
  }

  private take(records: () => Buffer): void {
    try {
      const bytes = records()
      if (bytes.length > 0 && !this.text.write(bytes)) for (const client of this.sockets) client.pause()
    } catch (error) {
      this.text.destroy(error as Error)
    }
  }
}

function cannotListen({host, port}: ListenOptions, cause: Error): FtsError {
  const {code} = cause as NodeJS.ErrnoException
  const why =
    code === 'EADDRINUSE'
      ? 'another program listens there'
      : code === 'EACCES'
        ? 'ports below 1024 need more rights'
        : code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND'
          ? 'that is no address of this host'
          : `the system says ${code ?? cause.message}`
  return new FtsError(
    'user',
    'FTS_CANNOT_LISTEN',
    `cannot listen on ${host}:${port}: ${why}`,
    {host, port},
    {cause, tryThis: 'Choose another port, or stop the program that has it.'},
  )
}
