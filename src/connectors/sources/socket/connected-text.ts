import type {Timers} from '../../../platform/index.js'
import type {SourceOutput, SourceReader} from '../../program/source.js'
import {openSocket, type SocketOptions} from '../socket-reader.js'
import type {StreamReader} from '../stream-reader.js'
import {DelimitedText, type DelimitedTextOptions} from './delimited-text.js'

const BLOCK_BYTES = 64 * 1024

/** Records of text from a TCP server, cut at any delimiter. (Lines have a faster way: LinesSource.) Ends when the server closes. */
export class ConnectedText implements SourceReader<string> {
  private readonly socket: StreamReader
  private readonly text: DelimitedText
  private readonly block = Buffer.alloc(BLOCK_BYTES)

  constructor(
    options: SocketOptions & Omit<DelimitedTextOptions, 'what'>,
    parts: {readonly timers: Timers; wake(): void},
  ) {
    this.socket = openSocket(options, parts.timers, () => parts.wake())
    this.text = new DelimitedText({...options, what: this.socket.what})
  }

  poll(output: SourceOutput<string>): 'more' | 'wait' | 'end' {
    const read = this.socket.read(this.block)
    if (read === 'wait') return 'wait'
    const records = read === 'end' ? this.text.end() : this.text.push(this.block.subarray(0, read))
    for (const record of records) output.collect(record)
    return read === 'end' ? 'end' : 'more'
  }

  close(): void {
    this.socket.close()
  }
}
