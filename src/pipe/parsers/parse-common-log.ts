import {logError} from './log-error.js'
import {parseLogTime} from './parse-log-time.js'

/** A line of a web server's access log. What the log says with `-` is null. */
export interface CommonLogRecord {
  readonly host: string
  readonly identity: string | null
  readonly user: string | null
  readonly time: Date
  /** As it was sent: `GET /a?b=1 HTTP/1.1`. */
  readonly request: string
  /** Null where the request is not of the form `method path protocol`. */
  readonly method: string | null
  /** With its query. */
  readonly path: string | null
  readonly protocol: string | null
  readonly status: number
  /** Of the body. */
  readonly bytes: number | null
}

const LINE = /^(\S+) (\S+) (.+?) \[([^\]]+)\] "((?:[^"\\]|\\.)*)" (\d{3}) (\d+|-)/
const REQUEST = /^([A-Z]+) (\S+)(?: (HTTP\/[\d.]+))?$/

/**
 * A line of the NCSA common log format, as Apache and nginx write it; what follows is left out.
 *
 * Errors   `user` FTS_BAD_LINE.
 */
export function parseCommonLog(line: string): CommonLogRecord {
  return parseCommonPart(line, 'common log format').record
}

/** The common part, and where it ends. */
export function parseCommonPart(
  line: string,
  format: string,
): {readonly record: CommonLogRecord; readonly end: number} {
  const match = LINE.exec(line)
  const time = match === null ? undefined : parseLogTime(match[4])
  if (match === null || time === undefined) throw logError(format, line)
  const [all, host, identity, user, , request, status, bytes] = match
  const parts = REQUEST.exec(request)
  const record = {
    host,
    identity: orNull(identity),
    user: orNull(user),
    time,
    request,
    method: parts?.[1] ?? null,
    path: parts?.[2] ?? null,
    protocol: parts?.[3] ?? null,
    status: Number(status),
    bytes: bytes === '-' ? null : Number(bytes),
  }
  return {record, end: all.length}
}

function orNull(text: string): string | null {
  return text === '-' ? null : text
}
