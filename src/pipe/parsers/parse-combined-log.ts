import {logError} from './log-error.js'
import {type CommonLogRecord, parseCommonPart} from './parse-common-log.js'

/** A line of the combined log format: the common one with two more fields. */
export interface CombinedLogRecord extends CommonLogRecord {
  readonly referer: string | null
  readonly agent: string | null
}

const REST = /^ "((?:[^"\\]|\\.)*)" "((?:[^"\\]|\\.)*)"/

/**
 * A line of the combined log format, the usual one of Apache and nginx; what follows is left out.
 *
 * Errors   `user` FTS_BAD_LINE.
 */
export function parseCombinedLog(line: string): CombinedLogRecord {
  const {record, end} = parseCommonPart(line, 'combined log format')
  const rest = REST.exec(line.slice(end))
  if (rest === null)
    throw logError('combined log format', line, 'parseCommonLog reads lines without referer and agent.')
  return {...record, referer: orNull(rest[1]), agent: orNull(rest[2])}
}

function orNull(text: string): string | null {
  return text === '-' ? null : text.replaceAll('\\"', '"')
}
