import {OPTIONS} from '../config/index.js'
import {DecodeLinesOperator, LinesSource, SourceWithOperator} from '../connectors/index.js'
import {type Duration, durationMs, FtsError} from '../core/index.js'
import {wholeNumber} from './operator-settings.js'
import {planTextInput} from './plan-text-input.js'
import type {SlotPlace} from './slot-place.js'
import type {TransformationSpec} from './transformation.js'
import type {WordCountInput} from './word-count-options.js'

export interface SocketTextOptions {
  /** Further attempts to connect after the first; -1: for ever. Default: `source.socket.max-retries`. */
  readonly maxRetry?: number
  /** Pause between two attempts. Default: `source.socket.retry-delay`. */
  readonly retryDelay?: Duration
}

/** The lines of files, folders and patterns. Errors: `user` FTS_BAD_SOURCE for no path; when planned, those of `planFiles`. */
export function fileLines(paths: string | readonly string[]): TransformationSpec {
  const list = typeof paths === 'string' ? [paths] : paths
  if (!Array.isArray(list) || list.length === 0 || !list.every((path) => typeof path === 'string' && path !== ''))
    throw new FtsError('user', 'FTS_BAD_SOURCE', `readTextFile got ${String(paths)}, expected a path or several`)
  return lines('Text File Source', {kind: 'paths', paths: list})
}

/** The lines of standard input. */
export function standardInputLines(): TransformationSpec {
  return {...lines('Standard Input Source', {kind: 'stdin'}), alwaysOne: 'there is one standard input'}
}

/** The lines that a TCP server sends. Errors: `user` FTS_BAD_SETTING, FTS_BAD_DURATION. */
export function socketLines(host: string, port: number, options: SocketTextOptions): TransformationSpec {
  const {maxRetry, retryDelay} = options
  const socket = {
    ...(maxRetry === undefined ? {} : {socketMaxRetries: wholeNumber('maxRetry of socketTextStream', maxRetry, -1)}),
    ...(retryDelay === undefined ? {} : {socketRetryDelayMs: durationMs(retryDelay, 'retryDelay of socketTextStream')}),
  }
  const input = {kind: 'socket', host, port: portNumber(port)} as const
  return {...lines('Socket Stream', input, socket), alwaysOne: 'there is one connection'}
}

function lines(name: string, input: WordCountInput, settings: object = {}): TransformationSpec {
  return {
    kind: 'source',
    name,
    worksOn: 'bytes',
    inputs: [],
    source: {
      bounded: input.kind !== 'socket',
      plan: async (parallelism, configuration) => ({
        input: (await planTextInput(input, parallelism, configuration)).input,
      }),
    },
    maker: {
      kind: 'program',
      make: (place) => ({
        kind: 'source',
        source: new SourceWithOperator(linesSource(place, settings), new DecodeLinesOperator()),
      }),
    },
  }
}

function linesSource({configuration, timers}: SlotPlace, settings: object): LinesSource {
  return new LinesSource(
    {
      blockSizeBytes: configuration.get(OPTIONS.readBlockSize),
      maxLineBytes: configuration.get(OPTIONS.maxLineBytes),
      socketMaxRetries: configuration.get(OPTIONS.socketRetries),
      socketRetryDelayMs: configuration.get(OPTIONS.socketRetryDelay),
      ...settings,
    },
    timers,
  )
}

function portNumber(port: number): number {
  if (Number.isInteger(port) && port >= 1 && port <= 65535) return port
  throw new FtsError('user', 'FTS_BAD_SETTING', `socketTextStream got the port ${String(port)}, expected 1 to 65535`)
}
