import {packageRoot, usableCores} from '../src/cluster/index.js'
import {type Configuration, OPTIONS} from '../src/config/index.js'
import {FtsError} from '../src/core/index.js'
import {bundleJob, checkTypes, type JobBundle, jobNameOf, locatedError, programError} from '../src/job/index.js'
import {CommandProgramHost} from './command-program-host.js'
import type {JobFlags} from './job-flags.js'
import {runBundle} from './run-bundle.js'

export interface ProgramRequest {
  readonly file: string
  readonly args: readonly string[]
  readonly entry?: string | undefined
  readonly check: boolean
  readonly configuration: Configuration
  readonly flags: JobFlags
}

/** Bundles, loads and runs a program, and all the jobs it executes. Answers the exit code. Errors: those of the program. */
export async function runProgram(request: ProgramRequest): Promise<number> {
  const {file, configuration, entry, args, flags} = request
  const bundle = await bundleJob(file, packageRoot())
  const {entryPath} = bundle
  checkEntry(bundle, entry)
  if (request.check) checkTypes(entryPath, packageRoot())
  const start = {entryPath, args, ...(entry === undefined ? {} : {entryFunction: entry})}
  const host = new CommandProgramHost({
    defaults: {
      parallelism: configuration.get(OPTIONS.parallelism) || usableCores(),
      jobName: jobNameOf(entryPath),
      configuration,
    },
    bundle,
    start,
    flags,
    locate: (error) => locatedError(error, entryPath),
  })
  const runsOn = {bundle, start, host, explain: (error: unknown) => programError(error, entryPath)}
  return (await runBundle(runsOn)) ?? refuseWithoutJob(file)
}

function refuseWithoutJob(file: string): never {
  throw didNotExecute(file)
}

function didNotExecute(file: string): FtsError {
  return new FtsError(
    'user',
    'FTS_NO_EXECUTE',
    `${file} ended without running a job: it never called execute()`,
    {file},
    {tryThis: 'End the program with: await env.execute()'},
  )
}

/** Before anything runs. Errors: `user` FTS_NO_ENTRY. */
function checkEntry({exports, entryPath}: JobBundle, entry: string | undefined): void {
  if (entry === undefined || exports.includes(entry)) return
  const tryThis = exports.length === 0 ? 'It exports nothing.' : `It exports ${exports.join(', ')}.`
  const message = `${entryPath} exports no function "${entry}"`
  throw new FtsError('user', 'FTS_NO_ENTRY', message, {entryPath, entry}, {tryThis})
}
