import {fstatSync, readFileSync, readlinkSync, statSync} from 'node:fs'
import {type Configuration, OPTIONS} from '../config/index.js'
import {type PlannedFiles, planFiles} from '../connectors/index.js'
import type {SourceInputSpec} from '../graph/index.js'
import type {WordCountInput} from './word-count-options.js'

const SMALL_SPLIT_BYTES = 256 * 1024
/** Splits for each subtask at least, so that two that differ in speed still end together. */
const SPLITS_PER_SUBTASK = 4

export interface PlannedInput {
  readonly input: SourceInputSpec
  /** How many source subtasks can read at once. */
  readonly sourceParallelism: number
}

/** What a text source reads, as data for the JobMaster, which cuts and assigns the splits. */
export async function planTextInput(
  input: WordCountInput,
  parallelism: number,
  configuration: Configuration,
): Promise<PlannedInput> {
  if (input.kind === 'socket') return {input, sourceParallelism: 1}
  const paths = input.kind === 'paths' ? input.paths : pathOfStandardInput()
  if (paths === undefined) return {input: {kind: 'stdin'}, sourceParallelism: 1}
  const planned = await planFiles(paths)
  const splitSizeBytes = splitSize(planned.totalBytes, parallelism, configuration)
  return {
    input: {kind: 'files', files: planned.files, splitSizeBytes},
    sourceParallelism: Math.min(parallelism, readersAtOnce(planned)),
  }
}

/** A file that can be cut keeps any number of subtasks busy; a compressed one keeps one. */
function readersAtOnce({files}: PlannedFiles): number {
  return files.some((file) => file.compression === 'none') ? Number.POSITIVE_INFINITY : Math.max(1, files.length)
}

function splitSize(totalBytes: number, parallelism: number, configuration: Configuration): number {
  const configured = configuration.get(OPTIONS.splitSize)
  if (configuration.isSet(OPTIONS.splitSize)) return configured
  const even = Math.ceil(totalBytes / (parallelism * SPLITS_PER_SUBTASK))
  return Math.min(configured, Math.max(SMALL_SPLIT_BYTES, even))
}

/**
 * `fts wordcount < file`: where standard input is a regular file from its beginning, its path, so that it is read in
 * splits by all slots. Only where /proc tells it for certain.
 */
function pathOfStandardInput(): readonly string[] | undefined {
  try {
    const stat = fstatSync(0)
    if (!stat.isFile()) return undefined
    const path = readlinkSync('/proc/self/fd/0')
    const named = statSync(path)
    const isAtStart = /^pos:\s*0$/m.test(readFileSync('/proc/self/fdinfo/0', 'utf8'))
    return isAtStart && named.dev === stat.dev && named.ino === stat.ino ? [path] : undefined
  } catch {
    // No /proc here, or the file has lost its name: it is read as a stream.
    return undefined
  }
}
