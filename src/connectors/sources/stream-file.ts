import {constants, createReadStream, fstatSync, openSync} from 'node:fs'
import {Socket} from 'node:net'
import type {Readable} from 'node:stream'
import {fileReadError} from './file-error.js'
import {StreamReader} from './stream-reader.js'

/**
 * A file that is read to its end: a named pipe, a device, a file that does not tell its size. A named pipe is read by the event
 * loop, never by a blocked thread, and neither waits for its writer when it is opened nor ends before one has come.
 */
export function openStreamFile(path: string, wake: () => void): StreamReader {
  return new StreamReader({
    what: path,
    stream: openStream(path),
    wake,
    describe: (error) => fileReadError(path, error),
  })
}

function openStream(path: string): Readable {
  try {
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    if (fstatSync(fd).isFIFO()) return new Socket({fd, readable: true, writable: false})
    return createReadStream('', {fd, highWaterMark: 256 * 1024})
  } catch (error) {
    throw fileReadError(path, error)
  }
}
