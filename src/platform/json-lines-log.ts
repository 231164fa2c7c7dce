import {closeSync, openSync, writeSync} from 'node:fs'
import {FtsError} from '../core/index.js'
import type {Clock, Log, LogLevel} from './platform.js'

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'notice', 'warn', 'error']

export interface JsonLinesLogOptions {
  /** A file, which is appended to, or an open file descriptor. */
  readonly to: string | number
  readonly clock: Clock
  /** Lines below this level are left out. */
  readonly level: LogLevel
  /** Fields of every line, e.g. which process writes. */
  readonly fields?: Readonly<Record<string, unknown>>
}

/**
 * A log of one JSON object a line: `{"time":"…","level":"info","message":"…", …fields}`.
 *
 * Lines are written before `write` returns, so that the last words of a process that dies are kept; logging belongs to
 * events of the control plane, never to records. A log that cannot be written (full disk, closed pipe) is no reason to
 * stop a job: such lines are counted in `lostLines`.
 *
 * Errors   `user` `FTS_LOG_FILE` from the constructor, if the file cannot be opened.
 */
export class JsonLinesLog implements Log {
  lostLines = 0
  private readonly descriptor: number
  private readonly levelMin: number

  constructor(private readonly options: JsonLinesLogOptions) {
    this.descriptor = typeof options.to === 'number' ? options.to : openForAppend(options.to)
    this.levelMin = LEVELS.indexOf(options.level)
  }

  write(level: LogLevel, message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    if (LEVELS.indexOf(level) < this.levelMin) return
    const time = new Date(this.options.clock.nowMs()).toISOString()
    const line = JSON.stringify({time, level, message, ...this.options.fields, ...fields}) + '\n'
    try {
      writeSync(this.descriptor, line)
    } catch {
      this.lostLines += 1
    }
  }

  /** Closes the file; a descriptor that was given stays open. */
  close(): void {
    if (typeof this.options.to === 'string') closeSync(this.descriptor)
  }
}

function openForAppend(path: string): number {
  try {
    return openSync(path, 'a', 0o600)
  } catch (cause) {
    throw new FtsError(
      'user',
      'FTS_LOG_FILE',
      `the log file ${path} cannot be opened: ${(cause as Error).message}`,
      {path},
      {cause},
    )
  }
}
