import {createReadStream, fstatSync} from 'node:fs'
import {Socket} from 'node:net'
import type {Readable} from 'node:stream'
import {isatty, ReadStream} from 'node:tty'
import {FtsError} from '../../core/index.js'
import {StreamReader} from './stream-reader.js'

const STDIN = 0

/**
 * Standard input as a TaskManager inherits it. A pipe is read by the event loop, never by a blocking thread, so that a
 * job with a silent pipe can still be cancelled.
 */
export function openStandardInput(wake: () => void): StreamReader {
  return new StreamReader({
    what: 'standard input',
    stream: openStream(),
    wake,
    describe: (error) =>
      new FtsError(
        'restartable',
        'FTS_CANNOT_READ',
        `cannot read standard input: ${error.message}`,
        {},
        {cause: error},
      ),
  })
}

function openStream(): Readable {
  if (isatty(STDIN)) return new ReadStream(STDIN)
  const stat = fstatSync(STDIN)
  if (stat.isFIFO() || stat.isSocket()) return new Socket({fd: STDIN, readable: true, writable: false})
  return createReadStream('', {fd: STDIN, autoClose: false, highWaterMark: 256 * 1024})
}
