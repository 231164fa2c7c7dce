import {createServer, type Server, type Socket} from 'node:net'
import {FtsError} from '../../../core/index.js'
import type {SourceOutput, SourceReader, SourceReaderContext} from '../../program/source.js'
import {DelimitedText, type DelimitedTextOptions} from './delimited-text.js'

export interface ListenOptions extends Omit<DelimitedTextOptions, 'what'> {
  readonly host: string
  readonly port: number
}

/** Records that wait to be read, above which no connection is read on. */
const QUEUE_RECORDS_MAX = 4096

/**
 * Records of text from whoever connects, any number of clients at a time, whose records never mix. It does not end: when all have gone, others
 * may come.
 *
 * Errors   `user` FTS_CANNOT_LISTEN, FTS_LINE_TOO_LONG.
 */
export class ListeningText implements SourceReader<string> {
  private readonly server: Server
  private readonly clients = new Set<Socket>()
  private queue: string[] = []

  constructor(
    private readonly options: ListenOptions,
    private readonly context: Pick<SourceReaderContext, 'wake' | 'fail'>,
  ) {
    const {host, port} = options
    this.server = createServer((client) => this.accept(client))
    this.server.once('error', (error) => context.fail(cannotListen(options, error)))
    this.server.listen(port, host)
  }

  poll(output: SourceOutput<string>): 'wait' {
    const {queue} = this
    this.queue = []
    for (const record of queue) output.collect(record)
    for (const client of this.clients) if (client.isPaused()) client.resume()
    return 'wait'
  }

  close(): void {
    this.server.close()
    for (const client of this.clients) client.destroy()
  }

  private accept(client: Socket): void {
    const {remoteAddress, remotePort} = client
    const text = new DelimitedText({...this.options, what: `${remoteAddress}:${remotePort}`})
    this.clients.add(client)
    client.on('data', (bytes) => {
      this.take(() => text.push(bytes))
      if (this.queue.length >= QUEUE_RECORDS_MAX) for (const one of this.clients) one.pause()
    })
    client.once('end', () => this.take(() => text.end()))
    // A client that breaks off has sent what it has sent; a record that it began is lost with it.
    client.once('error', () => {})
    client.once('close', () => this.clients.delete(client))
  }

  private take(records: () => readonly string[]): void {
    try {
      for (const record of records()) this.queue.push(record)
    } catch (error) {
      this.context.fail(error)
    }
    this.context.wake()
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
