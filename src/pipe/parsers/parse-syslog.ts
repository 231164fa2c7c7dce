import {logError} from './log-error.js'

/** A line of syslog, of either format. What it does not say is null. */
export interface SyslogRecord {
  readonly facility: number | null
  /** 0 emergency … 7 debug. */
  readonly severity: number | null
  /** As the line has it: the older format has no year. */
  readonly timestamp: string
  /** Null where the line does not say the year. */
  readonly time: Date | null
  readonly host: string | null
  readonly app: string | null
  readonly pid: number | null
  readonly message: string
}

const NEW = /^<(\d{1,3})>1 (\S+) (\S+) (\S+) (\S+) (\S+) (?:-|(?:\[(?:[^\]\\]|\\.)*\])+)(?: ?(.*))?$/s
const OLD =
  /^(?:<(\d{1,3})>)?([A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2}|\d{4}-\d{2}-\d{2}T\S+) (\S+) (?:([^\s:[\]]+)(?:\[(\d+)\])?: )?(.*)$/s

/**
 * A line of syslog: RFC 5424, RFC 3164, or as /var/log/syslog has it (without priority, with either form of time).
 *
 * Errors   `user` FTS_BAD_LINE.
 */
export function parseSyslog(line: string): SyslogRecord {
  const match = NEW.exec(line)
  if (match !== null) {
    const [, priority, timestamp, host, app, pid, , message = ''] = match
    return {
      ...levelOf(priority),
      ...timeOf(timestamp),
      host: orNull(host),
      app: orNull(app),
      pid: numberOf(pid),
      message,
    }
  }
  const old = OLD.exec(line)
  if (old === null) throw logError('syslog', line)
  const [, priority, timestamp, host, app, pid, message] = old
  return {...levelOf(priority), ...timeOf(timestamp), host, app: app ?? null, pid: numberOf(pid), message}
}

function levelOf(priority: string | undefined) {
  if (priority === undefined) return {facility: null, severity: null}
  return {facility: Number(priority) >> 3, severity: Number(priority) & 7}
}

function timeOf(timestamp: string) {
  const time = /^\d{4}-/.test(timestamp) ? new Date(timestamp) : null
  return {timestamp, time: time === null || Number.isNaN(time.getTime()) ? null : time}
}

function orNull(text: string): string | null {
  return text === '-' ? null : text
}

function numberOf(text: string | undefined): number | null {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null
}
