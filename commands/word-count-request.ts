import {resolve} from 'node:path'
import type {WordCountInput, WordCountOptions} from '../src/api/index.js'
import {type Configuration, OPTIONS} from '../src/config/index.js'
import {FtsError} from '../src/core/index.js'
import type {OptionFlags} from './configuration-of.js'
import {defaultParallelism} from './default-parallelism.js'
import type {JobFlags} from './job-flags.js'

/** What `fts wordcount` was told. */
export interface WordCountFlags extends OptionFlags, JobFlags {
  readonly paths: readonly string[]
  readonly socket: string | undefined
  readonly slotSharing: boolean
  readonly output: string | undefined
  readonly format: 'tsv' | 'csv' | 'json'
  readonly sort: 'count' | 'word' | 'none' | undefined
  readonly top: number | undefined
  readonly mode: 'batch' | 'streaming'
}

/** Where to read. Nothing named means standard input, unless that is a terminal: nobody types a text to be counted. */
export function wordCountInput(
  flags: WordCountFlags,
  environment: {readonly stdinIsTerminal: boolean},
): WordCountInput {
  const {paths, socket} = flags
  if (socket !== undefined && paths.length > 0)
    throw wrongUse('--socket and paths cannot be read together', 'give one of them')
  if (socket !== undefined) return {kind: 'socket', ...hostAndPort(socket)}
  if (paths.includes('-') && paths.length > 1)
    throw wrongUse('- (stdin) and paths cannot be read together', 'pipe all of it: cat a.txt - | fts wordcount')
  if (paths.length === 0 && environment.stdinIsTerminal)
    throw wrongUse(
      'nothing to read',
      'name files or folders, pipe a text in, or use - to type one; fts wordcount --help',
    )
  return paths.length === 0 || paths[0] === '-' ? {kind: 'stdin'} : {kind: 'paths', paths}
}

/** The request as the job's options, checked where a flag asks for what its mode cannot give. */
export function wordCountOptions(request: {
  readonly flags: WordCountFlags
  readonly input: WordCountInput
  readonly configuration: Configuration
}): Omit<WordCountOptions, 'jobId'> {
  const {flags, input, configuration} = request
  checkMode(flags)
  checkAtLeastOne('-p/--parallelism', flags.parallelism)
  checkAtLeastOne('--num-taskmanagers', flags.numTaskManagers)
  checkAtLeastOne('--slots', flags.slots)
  checkAtLeastOne('--top', flags.top)
  return {
    input,
    mode: flags.mode,
    sort: flags.sort ?? 'count',
    ...(flags.top === undefined ? {} : {top: flags.top}),
    format: flags.format,
    ...(flags.output === undefined ? {} : {outputPath: resolve(flags.output)}),
    parallelism: configuration.get(OPTIONS.parallelism) || defaultParallelism(input),
    slotSharing: flags.slotSharing,
    configuration,
  }
}

function checkMode({mode, sort, top}: WordCountFlags): void {
  if (mode === 'batch') return
  const why = 'cannot be had with --mode streaming, where counts are printed as they change'
  if (sort !== undefined && sort !== 'none') throw wrongUse(`an order (--sort ${sort}) ${why}`, 'use --mode batch')
  if (top !== undefined) throw wrongUse(`the first lines (--top ${top}) ${why}`, 'use --mode batch')
}

function checkAtLeastOne(flag: string, value: number | undefined): void {
  if (value !== undefined && value < 1) throw wrongUse(`${flag} ${value} is less than 1`, `use ${flag} 1 or more`)
}

/** `host:port`, `[::1]:port`. */
function hostAndPort(text: string): {host: string; port: number} {
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text)
  const port = Number(match?.[3])
  if (match === null || port < 1 || port > 65535)
    throw wrongUse(`--socket "${text}" is not HOST:PORT`, 'for example --socket localhost:9999')
  return {host: match[1] ?? match[2], port}
}

function wrongUse(message: string, tryThis: string): FtsError {
  return new FtsError('user', 'FTS_WRONG_USE', message, {}, {tryThis})
}
