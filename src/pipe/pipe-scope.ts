import type {ProgramEnvironment, ProgramStream, program} from '../api/index.js'
import type {CsvReadOptions, JsonReadOptions} from '../connectors/index.js'
import {guarded} from './guarded-stream.js'
import type {PipeRequest} from './pipe-request.js'
import {csvSource, jsonSource, linesSource, type TextOptions, textSource} from './pipe-sources.js'
import {type PipeWindows, pipeWindows} from './windows/pipe-windows.js'

type Paths = string | readonly string[]

/** The sources of an expression, and its windows. Sources read the files of the command line, or else standard input. */
export interface PipeScope extends PipeWindows {
  /** One text a line. With paths: of these files instead. */
  lines(paths?: Paths): ProgramStream<string>
  /** One object a row, its fields named by the header and typed by a sample: `csv()`, `csv({delimiter: ';'})`, `csv('prices.csv')`. */
  csv(paths?: Paths | CsvReadOptions, options?: CsvReadOptions): ProgramStream<program.AnyRecord>
  /** One value a line of JSON. */
  json(paths?: Paths | JsonReadOptions, options?: JsonReadOptions): ProgramStream<program.AnyRecord>
  /** The pieces between delimiters, `text('\0')`, `text('\n\n')`; without one each input as a whole. */
  text(options?: string | TextOptions): ProgramStream<string>
}

export const SCOPE_NAMES = [
  'lines',
  'csv',
  'json',
  'text',
  'tumbling',
  'sliding',
  'session',
] as const satisfies readonly (keyof PipeScope)[]

export function pipeScope(env: ProgramEnvironment, {files}: PipeRequest): PipeScope {
  return {
    lines: (paths) => guarded.outside(linesSource(env, pathsOf(paths) ?? files)),
    csv: (first, second) => {
      const {paths, options} = pathsAndOptions(first, second)
      return guarded.outside(csvSource(env, paths ?? files, options))
    },
    json: (first, second) => {
      const {paths, options} = pathsAndOptions(first, second)
      return guarded.outside(jsonSource(env, paths ?? files, options))
    },
    text: (options = {}) => {
      const {paths, delimiter} = typeof options === 'string' ? {delimiter: options} : options
      return guarded.outside(textSource(env, pathsOf(paths) ?? files, delimiter))
    },
    ...pipeWindows(env),
  }
}

function pathsAndOptions<O extends object>(first: Paths | O | undefined, second: O | undefined) {
  if (typeof first === 'string' || Array.isArray(first)) return {paths: pathsOf(first), options: second ?? ({} as O)}
  return {paths: undefined, options: (first as O | undefined) ?? second ?? ({} as O)}
}

function pathsOf(paths: Paths | undefined): readonly string[] | undefined {
  return typeof paths === 'string' ? [paths] : paths
}
