import {resolve} from 'node:path'
import {type Configuration, OPTIONS} from '../config/index.js'
import {
  DecodeLinesOperator,
  FolderSource,
  LinesSource,
  type LinesSourceConfig,
  ParseCsvOperator,
  ParseJsonOperator,
  SourceWithOperator,
  TailSource,
} from '../connectors/index.js'
import {type Duration, durationMs, FtsError} from '../core/index.js'
import type {SourceOperator} from '../operators/index.js'
import type {SourceFormat} from './formats.js'
import {knownOptions} from './known-options.js'
import {type LineInput, type PlannedFormat, planLineInput} from './line-input.js'
import {nameSetting, oneOfSetting, wholeNumber} from './operator-settings.js'
import type {SlotPlace} from './slot-place.js'
import type {SourceParser, TransformationSpec} from './transformation.js'

export interface SocketTextOptions {
  /** Further attempts to connect after the first; -1: for ever. Default: `source.socket.max-retries`. */
  readonly maxRetry?: number
  /** Pause between two attempts. Default: `source.socket.retry-delay`. */
  readonly retryDelay?: Duration
  /** What ends a record, one character or more. Default `\n`, also after `\r`. */
  readonly delimiter?: string
  /** Waits for clients that connect to this port of this host, any number of them, for ever. Default: connects to a server. */
  readonly listen?: boolean
}

export interface FileSourceOptions {
  /** Goes on for ever: looks for new files in the folders so often. Default: reads what is there, and ends. */
  readonly monitor?: Duration
  /** Under `monitor`: files in folders below, too. Default true. */
  readonly recursive?: boolean
}

export interface TailFileOptions<T = string> {
  /** Default: a record is a line. */
  readonly format?: SourceFormat<T>
  /** Where to begin in the file that is there at first. Default `beginning`. */
  readonly from?: 'beginning' | 'end'
  /** How often the file is looked at while there is nothing to read. Default 200 ms. */
  readonly pollInterval?: Duration
  /** How long a file that has lost its name to another is still looked at: its writer may not have noticed yet. Default 5 s. */
  readonly rotateWait?: Duration
}

const TEXT: SourceFormat<string> = {kind: 'text'}

/** The records in files, folders and patterns. Errors: `user` FTS_BAD_SOURCE for no path; when planned, those of planLineInput. */
export function fileRecords(
  method: string,
  paths: string | readonly string[],
  format: SourceFormat<unknown>,
  options: FileSourceOptions = {},
): TransformationSpec {
  const {monitor, recursive = true} = knownOptions(method, options, ['monitor', 'recursive'])
  const list = pathList(method, paths)
  if (monitor === undefined) return records(NAMES[format.kind], {kind: 'paths', paths: list}, format)
  const intervalMs = wholeNumber(`monitor of ${method}`, durationMs(monitor, `monitor of ${method}`), 1)
  // A slot's thread may have another working folder.
  const folders = list.map((path) => resolve(path))
  return records(NAMES[format.kind], {kind: 'folders', paths: folders, intervalMs, isRecursive: recursive}, format)
}

/** The records of files that grow. */
export function tailedRecords(
  paths: string | readonly string[],
  options: TailFileOptions<unknown>,
): TransformationSpec {
  knownOptions('tailFile', options, ['format', 'from', 'pollInterval', 'rotateWait'])
  const {format = TEXT, from = 'beginning', pollInterval = 200, rotateWait = 5000} = options
  const settings = {
    from: oneOfSetting('from of tailFile', from, ['beginning', 'end']),
    pollIntervalMs: wholeNumber('pollInterval of tailFile', durationMs(pollInterval, 'pollInterval of tailFile'), 1),
    rotateWaitMs: durationMs(rotateWait, 'rotateWait of tailFile'),
  }
  const files = pathList('tailFile', paths).map((path) => ({path: resolve(path), ...settings}))
  return records('Tail Source', {kind: 'tail', files}, format)
}

/** The records on standard input. */
export function standardInputRecords(format: SourceFormat<unknown>): TransformationSpec {
  return {...records('Standard Input Source', {kind: 'stdin'}, format), alwaysOne: 'there is one standard input'}
}

/** The lines that a TCP server sends. Errors: `user` FTS_BAD_SETTING, FTS_BAD_DURATION. */
export function socketLines(host: string, port: number, options: SocketTextOptions): TransformationSpec {
  knownOptions('socketTextStream', options, ['maxRetry', 'retryDelay', 'delimiter', 'listen'])
  const {maxRetry, retryDelay, delimiter = '\n', listen = false} = options
  const input = {
    kind: 'socket',
    host: nameSetting('socketTextStream', host),
    port: portNumber(port),
    ...(maxRetry === undefined ? {} : {maxRetries: wholeNumber('maxRetry of socketTextStream', maxRetry, -1)}),
    ...(retryDelay === undefined ? {} : {retryDelayMs: durationMs(retryDelay, 'retryDelay of socketTextStream')}),
    ...(listen ? {listens: true as const} : {}),
    ...(nameSetting('delimiter of socketTextStream', delimiter) === '\n' ? {} : {delimiter}),
  } as const
  return {...records(listen ? 'Socket Server' : 'Socket Stream', input, TEXT), alwaysOne: 'there is one connection'}
}

const NAMES = {text: 'Text File Source', csv: 'CSV Source', json: 'JSON Lines Source'} as const
const FACTORIES = {
  paths: 'source.lines',
  stdin: 'source.lines',
  socket: 'source.lines',
  folders: 'source.folder',
  tail: 'source.tail',
} as const satisfies Record<LineInput['kind'], string>

function records(name: string, input: LineInput, format: SourceFormat<unknown>): TransformationSpec {
  const common = {kind: 'source', name, worksOn: 'bytes', inputs: [], source: planOf(input, format)} as const
  if (format.kind === 'text') return {...common, maker: lineMaker(input)}
  return {
    ...common,
    maker: {
      kind: 'configured',
      factory: FACTORIES[input.kind],
      config: (configuration) => limitsOf(configuration),
    },
    parser: parserOf(format),
  }
}

function planOf(input: LineInput, format: SourceFormat<unknown>): NonNullable<TransformationSpec['source']> {
  return {
    bounded: input.kind === 'paths' || input.kind === 'stdin',
    plan: (parallelism, configuration) => planLineInput(input, format, {parallelism, configuration}),
  }
}

/** Lines of text are read and decoded by one operator. */
function lineMaker(input: LineInput): TransformationSpec['maker'] {
  return {
    kind: 'program',
    make: (place) => ({
      kind: 'source',
      source: new SourceWithOperator(lineSource(input, place), new DecodeLinesOperator(delimiterOf(input).delimiter)),
    }),
  }
}

function lineSource(input: LineInput, place: SlotPlace): SourceOperator {
  const {configuration, timers, sourceBatch} = place
  const blockSizeBytes = sourceBatch?.bytes ?? configuration.get(OPTIONS.readBlockSize)
  const config = {...limitsOf(configuration), blockSizeBytes, ...delimiterOf(input)}
  if (input.kind === 'folders') return new FolderSource(config, timers)
  return input.kind === 'tail' ? new TailSource(config, timers) : new LinesSource(config, timers)
}

function delimiterOf(input: LineInput): {readonly delimiter?: string} {
  return input.kind === 'socket' && input.delimiter !== undefined ? {delimiter: input.delimiter} : {}
}

function limitsOf(configuration: Configuration): Omit<LinesSourceConfig, 'blockSizeBytes'> {
  return {
    maxLineBytes: configuration.get(OPTIONS.maxLineBytes),
    socketMaxRetries: configuration.get(OPTIONS.socketRetries),
    socketRetryDelayMs: configuration.get(OPTIONS.socketRetryDelay),
  }
}

/** Wrong options are refused here, where the stack shows the program's own line. */
function parserOf(format: Exclude<SourceFormat<unknown>, {kind: 'text'}>): SourceParser {
  const {options} = format
  if (format.kind === 'json') {
    new ParseJsonOperator({options: format.options})
    return {name: 'Parse JSON', worksOn: 'records', factory: 'json.parse', config: () => ({options})}
  }
  new ParseCsvOperator({options: format.options})
  const config = (planned: unknown) => ({options, ...schemaOf(planned as PlannedFormat | undefined)})
  return {name: 'Parse CSV', worksOn: 'records', factory: 'csv.parse', config}
}

function schemaOf(planned: PlannedFormat | undefined) {
  return planned?.schema === undefined ? {} : {schema: planned.schema}
}

function pathList(method: string, paths: string | readonly string[]): readonly string[] {
  const list = typeof paths === 'string' ? [paths] : paths
  if (Array.isArray(list) && list.length > 0 && list.every((path) => typeof path === 'string' && path !== ''))
    return list
  throw new FtsError('user', 'FTS_BAD_SOURCE', `${method} got ${String(paths)}, expected a path or several`)
}

function portNumber(port: number): number {
  if (Number.isInteger(port) && port >= 1 && port <= 65535) return port
  throw new FtsError('user', 'FTS_BAD_SETTING', `socketTextStream got the port ${String(port)}, expected 1 to 65535`)
}
