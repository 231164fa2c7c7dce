import type {Configuration} from '../config/index.js'
import {type FolderSplit, planCsv, planFiles, planJson, type RecordSchema, type TailSplit} from '../connectors/index.js'
import type {SourceInputSpec} from '../graph/index.js'
import type {SourceFormat} from './formats.js'
import {planTextInput} from './plan-text-input.js'
import type {PlannedSource} from './transformation.js'

/** Where lines come from. Times in ms. */
export type LineInput =
  | {readonly kind: 'paths'; readonly paths: readonly string[]}
  | {readonly kind: 'stdin'}
  | Extract<SourceInputSpec, {kind: 'socket'}>
  /** The files that are in folders, and those that come. */
  | {
      readonly kind: 'folders'
      readonly paths: readonly string[]
      readonly intervalMs: number
      readonly isRecursive: boolean
    }
  | {readonly kind: 'tail'; readonly files: readonly TailSplit[]}

/** What the parser of the format is told about the files. */
export interface PlannedFormat {
  readonly schema: RecordSchema | undefined
}

/** Never cut. */
const WHOLE_FILES_BYTES = Number.MAX_SAFE_INTEGER

/**
 * Finds what a source reads, and looks into it for a schema. Errors: `user`, those of planFiles, planCsv and planJson.
 *
 * A stream (a pipe, a socket) cannot be looked into: its parser infers the schema from the first records.
 */
export async function planLineInput(
  input: LineInput,
  format: SourceFormat<unknown>,
  of: {readonly parallelism: number; readonly configuration: Configuration},
): Promise<PlannedSource> {
  const spec = await inputSpecOf(input, of)
  if (format.kind === 'text') return {input: spec}
  const files = spec.kind === 'files' ? spec.files : await filesThere(input)
  if (format.kind === 'json') return {input: spec, ...noticeOf(files, planJson(files, format.options).recordSchema)}
  const {schema, recordSchema, isSplittable} = planCsv(files, format.options)
  const planned: PlannedFormat = {schema}
  return {
    input: spec.kind === 'files' && !isSplittable ? {...spec, splitSizeBytes: WHOLE_FILES_BYTES} : spec,
    planned,
    ...noticeOf(files, recordSchema),
  }
}

function inputSpecOf(
  input: LineInput,
  {parallelism, configuration}: {readonly parallelism: number; readonly configuration: Configuration},
): SourceInputSpec | Promise<SourceInputSpec> {
  if (input.kind === 'folders') return {kind: 'program', splits: folderSplits(input, parallelism)}
  if (input.kind === 'tail') return {kind: 'program', splits: input.files}
  return planTextInput(input, parallelism, configuration).then((planned) => planned.input)
}

function folderSplits({paths, intervalMs, isRecursive}: Extract<LineInput, {kind: 'folders'}>, count: number) {
  const indexes = Array.from({length: count}, (_, index) => index)
  return paths.flatMap((path) => indexes.map((index): FolderSplit => ({path, intervalMs, isRecursive, index, count})))
}

/** What is there already where more is to come. */
async function filesThere(input: LineInput) {
  const paths = input.kind === 'tail' ? input.files.map(({path}) => path) : input.kind === 'folders' ? input.paths : []
  const found = await Promise.all(paths.map((path) => planFiles([path]).catch(() => ({files: []}))))
  return found.flatMap(({files}) => files)
}

/** What the sample told, on a line: a user sees what the program will get. */
function noticeOf(files: readonly {readonly path: string}[], schema: RecordSchema): {notice?: string} {
  if (schema.length === 0) return {}
  const fields = schema.map(({name, type, nullable}) => `${name} ${type}${nullable ? ' or null' : ''}`)
  const more = files.length > 1 ? ` and ${files.length - 1} more` : ''
  return {notice: `${files[0].path}${more}: ${fields.join(', ')}`}
}
