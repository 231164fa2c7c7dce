import {FtsError} from '../core/index.js'
import type {Connection} from '../platform/index.js'
import {CONTROL_LINE_BYTES_MAX} from './control-request.js'

/** The first line that comes over a connection; undefined if it closes before. Errors: `restartable` FTS_CONTROL_LINE. */
export function lineOf(connection: Connection): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const parts: Uint8Array[] = []
    let bytes = 0
    connection.onData((part) => {
      const end = part.indexOf(0x0a)
      parts.push(end === -1 ? part : part.subarray(0, end))
      bytes += part.length
      if (end !== -1) resolve(Buffer.concat(parts).toString('utf8'))
      else if (bytes > CONTROL_LINE_BYTES_MAX) reject(tooLong(bytes))
    })
    connection.onClose((error) => (error === undefined ? resolve(undefined) : reject(error)))
  })
}

function tooLong(bytes: number): FtsError {
  const message = `a request or answer has more than ${CONTROL_LINE_BYTES_MAX} bytes`
  return new FtsError('restartable', 'FTS_CONTROL_LINE', message, {bytes})
}
