import {resolve} from 'node:path'
import {type CsvWriteOptions, csvEncoderOf, type SinkTargetSpec} from '../connectors/index.js'
import {type Duration, durationMs, FtsError} from '../core/index.js'
import {isWrittenOnBytes} from './fused-input.js'
import {knownOptions} from './known-options.js'
import {nameSetting, wholeNumber} from './operator-settings.js'
import type {StreamEnd, Transformation, TransformationSpec, WorksOn} from './transformation.js'

export interface WriteToSocketOptions {
  /** Further attempts to connect after the first; -1: for ever. Default 0. */
  readonly maxRetry?: number
  /** Pause between two attempts. Default 500 ms. */
  readonly retryDelay?: Duration
}

/**
 * Turns records into JSON lines, in as many subtasks as make them; `path` is the file they are for, which these may write themselves. Errors: `user`
 * FTS_BAD_SETTING.
 */
export function jsonLines(inputs: readonly StreamEnd[], path: string): TransformationSpec {
  return formatter('JSON Lines', inputs, {
    worksOn: isWrittenOnBytes(inputs) ? 'bytes' : 'records',
    factory: 'json.format',
    config: {sharedFile: resolve(nameSetting('writeAsJsonLines', path))},
  })
}

/**
 * Turns records into CSV. Where the program names the fields, in as many subtasks as make the records; else in one, which takes the names from
 * the first record. `header` is what the file begins with, if no formatter writes it. Errors: `user` FTS_CSV_OPTION.
 */
export function csvLines(
  inputs: readonly StreamEnd[],
  options: CsvWriteOptions,
): {readonly spec: TransformationSpec; readonly header: string | undefined} {
  const encoder = csvEncoderOf(options)
  const namesFields = Array.isArray(options.headers)
  if (!namesFields || encoder instanceof Promise) {
    const config = {options, writesHeader: true}
    const spec = formatter('CSV Lines', inputs, {factory: 'csv.format', config})
    return {spec: {...spec, alwaysOne: 'the first record tells the header'}, header: undefined}
  }
  return {
    spec: formatter('CSV Lines', inputs, {factory: 'csv.format', config: {options, writesHeader: false}}),
    header: encoder.header(undefined),
  }
}

/** One file, written by one subtask. Errors: `user` FTS_BAD_SETTING. */
export function fileTarget(method: string, path: string, lines: Transformation, header?: string): TransformationSpec {
  return bytesSink(nameSetting(method, path), lines, {kind: 'file', path: resolve(path)}, {header})
}

/** One file, which those who make the lines may have written themselves. Errors: `user` FTS_BAD_SETTING. */
export function sharedFileTarget(method: string, path: string, lines: Transformation): TransformationSpec {
  return bytesSink(nameSetting(method, path), lines, {kind: 'file', path: resolve(path)}, {takesShared: true})
}

/** A TCP server that gets lines. Errors: `user` FTS_BAD_SETTING, FTS_BAD_DURATION. */
export function socketTarget(
  host: string,
  port: number,
  options: WriteToSocketOptions,
  lines: Transformation,
): TransformationSpec {
  const {maxRetry = 0, retryDelay = 500} = knownOptions('writeToSocket', options, ['maxRetry', 'retryDelay'])
  if (!(Number.isInteger(port) && port >= 1 && port <= 65535))
    throw new FtsError('user', 'FTS_BAD_SETTING', `writeToSocket got the port ${String(port)}, expected 1 to 65535`)
  return bytesSink(`${nameSetting('writeToSocket', host)}:${port}`, lines, {
    kind: 'socket',
    host,
    port,
    maxRetries: wholeNumber('maxRetry of writeToSocket', maxRetry, -1),
    retryDelayMs: durationMs(retryDelay, 'retryDelay of writeToSocket'),
  })
}

function formatter(
  name: string,
  inputs: readonly StreamEnd[],
  {
    worksOn = 'records',
    factory,
    config,
  }: {readonly worksOn?: WorksOn; readonly factory: string; readonly config: unknown},
): TransformationSpec {
  return {
    kind: 'operator',
    name,
    worksOn,
    inputs: [inputs],
    followsInput: true,
    maker: {kind: 'builtIn', factory, config},
  }
}

interface BytesSinkSettings {
  readonly header?: string | undefined
  readonly takesShared?: boolean
}

function bytesSink(
  name: string,
  lines: Transformation,
  target: SinkTargetSpec,
  {header, takesShared}: BytesSinkSettings = {},
): TransformationSpec {
  const config = {
    target,
    ...(header === undefined ? {} : {header}),
    ...(takesShared === undefined ? {} : {takesShared}),
  }
  return {
    kind: 'sink',
    name,
    worksOn: 'bytes',
    inputs: [[{from: lines}]],
    maker: {kind: 'builtIn', factory: 'sink.bytes', config},
    alwaysOne: 'one subtask writes one output',
  }
}
