import {packageRoot, usableCores} from '../src/cluster/index.js'
import {type Configuration, OPTIONS} from '../src/config/index.js'
import {bundleJob, checkTypes, jobNameOf, locatedError, programError} from '../src/job/index.js'
import {CommandProgramHost} from './command-program-host.js'
import type {JobFlags} from './job-flags.js'
import {didNotExecute, entryOf} from './program-entry.js'
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
  const start = {entryPath, args, ...entryOf(bundle, entry)}
  if (request.check) checkTypes(entryPath, packageRoot())
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
  const explain = (error: unknown) => programError(error, entryPath)
  const exitCode = await runBundle({bundle, start, host, explain})
  if (exitCode === undefined) throw didNotExecute(file)
  return exitCode
}
