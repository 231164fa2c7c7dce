import {mkdtempSync, readFileSync, rmSync, statSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {isatty} from 'node:tty'
import {packageRoot, usableCores} from '../src/cluster/index.js'
import {type Configuration, OPTIONS} from '../src/config/index.js'
import {FtsError} from '../src/core/index.js'
import {bundleJob, jobNameOf, programError} from '../src/job/index.js'
import type {ProofSubject, Verdict} from '../src/prove/index.js'
import {EXIT_CODES} from './exit-codes.js'
import {entryOf} from './program-entry.js'

export interface ProveRequest {
  readonly file: string
  readonly args: readonly string[]
  /** The command's own arguments, as they were given. */
  readonly own: readonly string[]
  readonly entry: string | undefined
  readonly configuration: Configuration
  readonly parallelism?: number | undefined
  readonly schedules: number
  readonly seed: number
  readonly input?: string | undefined
  readonly exactlyOnce: boolean
  readonly json: boolean
}

/** What proving without -p takes: keys go over an exchange, and a run stays small. */
const PARALLELISM = 2
/** Memory rather than a disk, where the system has such a folder: runs make and remove many small files. */
const MEMORY_FOLDER = '/dev/shm'

/** Proves a program's jobs, and prints the verdicts. Answers the exit code. Errors: those of the program. */
export async function runProve(request: ProveRequest): Promise<number> {
  const bundle = await bundleJob(request.file, packageRoot())
  const {entryPath} = bundle
  const sandbox = mkdtempSync(join(hasMemoryFolder() ? MEMORY_FOLDER : tmpdir(), 'fts-prove-'))
  const path = join(sandbox, 'program.mjs')
  const sample = request.input === undefined ? undefined : readSample(request.input)
  const subject: ProofSubject = {
    start: {path, entryPath, args: request.args, ...entryOf(bundle, request.entry)},
    jobName: jobNameOf(entryPath),
    past: [],
    parallelism: request.configuration.get(OPTIONS.parallelism) || PARALLELISM,
    config: request.configuration.toEntries(),
    ...(sample === undefined ? {} : {sample}),
    sandbox,
    exactlyOnce: request.exactlyOnce,
  }
  try {
    bundle.writeTo(path)
    return await prove(request, subject).catch((error) => proveFromStdin(error, request, subject))
  } catch (error) {
    throw programError(error, entryPath)
  } finally {
    rmSync(sandbox, {recursive: true, force: true})
  }
}

async function prove(request: ProveRequest, subject: ProofSubject): Promise<number> {
  const {schedules, seed, json} = request
  // The engine is loaded only here: other commands start without it.
  const {proveProgram, verdictText} = await import('../src/prove/index.js')
  const verdicts: Verdict[] = []
  await proveProgram({
    subject,
    seed,
    schedules,
    threads: usableCores(),
    progressed: isatty(2)
      ? (tried, job) => process.stderr.write(`\r${job > 1 ? `job ${job}: ` : ''}${tried} of ${schedules} schedules`)
      : () => {},
    proved: (verdict) => {
      if (isatty(2)) process.stderr.write('\r\u001B[K')
      const text = json ? `${JSON.stringify(verdict)}\n` : verdictText(verdict, askedAs(request))
      process.stdout.write(json || verdicts.length === 0 ? text : `\n${text}`)
      verdicts.push(verdict)
    },
  })
  return exitCodeOf(verdicts)
}

function exitCodeOf(verdicts: readonly Verdict[]): number {
  return verdicts.every(({isProven}) => isProven) ? EXIT_CODES.ok : EXIT_CODES.jobFailed
}

/** Without what says which schedules were tried. */
function askedAs({own, args}: ProveRequest) {
  const kept = own.filter(
    (argument, index) => !/^--(seed|schedules)/.test(argument) && !/^--(seed|schedules)$/.test(own[index - 1] ?? ''),
  )
  return {command: ['fts prove', ...kept].join(' '), rest: args.length === 0 ? '' : ` -- ${args.join(' ')}`}
}

/** Standard input is read only for a job that needs it: it may be open for ever. */
function proveFromStdin(error: unknown, request: ProveRequest, subject: ProofSubject): Promise<number> {
  if (FtsError.from(error).code !== 'FTS_PROVE_INPUT' || subject.sample !== undefined || !isGiven()) throw error
  return prove(request, {...subject, sample: readFileSync(0)})
}

/** Errors: `user` FTS_NO_INPUT. */
function readSample(input: string): Uint8Array {
  try {
    return readFileSync(input)
  } catch (cause) {
    const message = `the sample ${input} cannot be read: ${(cause as Error).message}`
    throw new FtsError('user', 'FTS_NO_INPUT', message, {input}, {cause, tryThis: 'Name a file with --input.'})
  }
}

/** A pipe or a file stands at standard input; a service's /dev/null is nothing. */
function isGiven(): boolean {
  if (isatty(0)) return false
  try {
    const stats = statSync('/dev/stdin')
    return stats.isFile() || stats.isFIFO() || stats.isSocket()
  } catch {
    return false
  }
}

function hasMemoryFolder(): boolean {
  return statSync(MEMORY_FOLDER, {throwIfNoEntry: false})?.isDirectory() === true
}
