import {type ProgramEnvironment, type ProgramStream, planTextInput, program} from '../api/index.js'
import {OPTIONS} from '../config/index.js'
import {type CsvReadOptions, type JsonReadOptions, LinesSource, SourceWithOperator} from '../connectors/index.js'
import {FtsError} from '../core/index.js'
import {TextPiecesOperator} from './text-pieces-operator.js'

export interface TextOptions {
  readonly paths?: string | readonly string[]
  /** Between pieces; absent: each input is one piece. */
  readonly delimiter?: string
}

type Rows = ProgramStream<program.AnyRecord>

/** Paths; none, or `-`, stand for standard input. */
type Files = readonly string[]

export function linesSource(env: ProgramEnvironment, files: Files): ProgramStream<string> {
  return isStdin(files) ? env.fromStdin() : env.readTextFile(files)
}

export function csvSource(env: ProgramEnvironment, files: Files, options: CsvReadOptions): Rows {
  return isStdin(files) ? env.fromStdin(program.Formats.csv(options)) : env.readCsv<program.AnyRecord>(files, options)
}

export function jsonSource(env: ProgramEnvironment, files: Files, options: JsonReadOptions): Rows {
  return isStdin(files)
    ? env.fromStdin(program.Formats.json(options))
    : env.readJsonLines<program.AnyRecord>(files, options)
}

export function textSource(
  env: ProgramEnvironment,
  files: Files,
  delimiter: string | undefined,
): ProgramStream<string> {
  if (delimiter === '') throw new FtsError('user', 'FTS_BAD_SETTING', 'text got an empty delimiter, expected a text')
  const input = isStdin(files) ? ({kind: 'stdin'} as const) : ({kind: 'paths', paths: files} as const)
  return env.addSource<string>(
    {
      kind: 'source',
      name: 'Text Source',
      worksOn: 'bytes',
      inputs: [],
      source: {
        bounded: true,
        plan: async (parallelism, configuration) => {
          const {input: found} = await planTextInput(input, parallelism, configuration)
          // A piece may be anywhere: files are read from their beginning, in one piece each.
          return {input: found.kind === 'files' ? {...found, splitSizeBytes: Number.MAX_SAFE_INTEGER} : found}
        },
      },
      maker: {
        kind: 'program',
        make: ({configuration, timers}) => {
          const lines = {
            blockSizeBytes: configuration.get(OPTIONS.readBlockSize),
            maxLineBytes: configuration.get(OPTIONS.maxLineBytes),
            socketMaxRetries: 0,
            socketRetryDelayMs: 0,
          }
          const source = new SourceWithOperator(new LinesSource(lines, timers), new TextPiecesOperator(delimiter))
          return {kind: 'source', source}
        },
      },
      ...(isStdin(files) ? {alwaysOne: 'there is one standard input'} : {}),
    },
    {readsStdin: isStdin(files)},
  )
}

function isStdin(files: Files): boolean {
  return files.length === 0 || (files.length === 1 && files[0] === '-')
}
