import {type ProgramEnvironment, type ProgramStream, planTextInput, type SlotPlace} from '../api/index.js'
import {OPTIONS} from '../config/index.js'
import {
  type CsvReadOptions,
  DecodeLinesOperator,
  type JsonReadOptions,
  LinesSource,
  ParseCsvOperator,
  ParseJsonOperator,
  planCsv,
  type RecordSchema,
  SourceWithOperator,
} from '../connectors/index.js'
import {FtsError} from '../core/index.js'
import type {Operator} from '../operators/index.js'
import {TextPiecesOperator} from './text-pieces-operator.js'

export interface TextOptions {
  readonly paths?: string | readonly string[]
  /** Between pieces; absent: each input is one piece. */
  readonly delimiter?: string
}

type Files = readonly string[]

/** What is read in one piece each, from its beginning. */
const UNCUT = Number.MAX_SAFE_INTEGER

const CUTTABLE = {isCuttable: true, planned: null}

export function linesSource(env: ProgramEnvironment, files: Files): ProgramStream<string> {
  return source(env, 'lines', files, {look: () => CUTTABLE, make: () => new DecodeLinesOperator()})
}

/** Of files the schema is inferred before the job starts; of a stream from the first block with a record, so that nothing waits. */
export function csvSource(
  env: ProgramEnvironment,
  files: Files,
  options: CsvReadOptions,
): ProgramStream<Record<string, unknown>> {
  new ParseCsvOperator({options})
  return source(env, 'csv', files, {
    look: (found) => {
      const {schema, isSplittable} = planCsv(found, options)
      return {isCuttable: isSplittable, planned: schema ?? null}
    },
    make: (planned) => new ParseCsvOperator(planned === null ? {options} : {options, schema: planned as RecordSchema}),
  })
}

export function jsonSource(
  env: ProgramEnvironment,
  files: Files,
  options: JsonReadOptions,
): ProgramStream<Record<string, unknown>> {
  new ParseJsonOperator({options})
  return source(env, 'json', files, {look: () => CUTTABLE, make: () => new ParseJsonOperator({options})})
}

export function textSource(
  env: ProgramEnvironment,
  files: Files,
  delimiter: string | undefined,
): ProgramStream<string> {
  if (delimiter === '') throw new FtsError('user', 'FTS_BAD_SETTING', 'text got an empty delimiter, expected a text')
  return source(env, 'text', files, {
    look: () => ({isCuttable: false, planned: null}),
    make: () => new TextPiecesOperator(delimiter),
  })
}

type FoundFiles = Parameters<typeof planCsv>[0]

interface Reading {
  /** What the files say before the job starts: whether they may be cut at line ends, and what the operator needs to know. */
  look(files: FoundFiles): {readonly isCuttable: boolean; readonly planned: unknown}
  make(planned: unknown): Operator
}

function source<T>(env: ProgramEnvironment, name: string, files: Files, {look, make}: Reading): ProgramStream<T> {
  const isStdin = files.length === 0 || (files.length === 1 && files[0] === '-')
  const input = isStdin ? ({kind: 'stdin'} as const) : ({kind: 'paths', paths: files} as const)
  return env.addSource<T>(
    {
      kind: 'source',
      name,
      worksOn: 'bytes',
      inputs: [],
      source: {
        bounded: true,
        plan: async (parallelism, configuration) => {
          const {input: found} = await planTextInput(input, parallelism, configuration)
          if (found.kind !== 'files') return {input: found}
          const {isCuttable, planned} = look(found.files)
          return {input: isCuttable ? found : {...found, splitSizeBytes: UNCUT}, planned}
        },
      },
      maker: {
        kind: 'program',
        make: (place, planned) => ({
          kind: 'source',
          source: new SourceWithOperator(lineBlocks(place), make(planned ?? null)),
        }),
      },
      ...(isStdin ? {alwaysOne: 'there is one standard input'} : {}),
    },
    {readsStdin: isStdin},
  )
}

function lineBlocks({configuration, timers}: SlotPlace): LinesSource {
  return new LinesSource(
    {
      blockSizeBytes: configuration.get(OPTIONS.readBlockSize),
      maxLineBytes: configuration.get(OPTIONS.maxLineBytes),
      socketMaxRetries: configuration.get(OPTIONS.socketRetries),
      socketRetryDelayMs: configuration.get(OPTIONS.socketRetryDelay),
    },
    timers,
  )
}
