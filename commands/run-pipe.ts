import {fstatSync, statSync} from 'node:fs'
import {resolve} from 'node:path'
import {packageRoot} from '../src/cluster/index.js'
import {type Configuration, OPTIONS} from '../src/config/index.js'
import {FtsError} from '../src/core/index.js'
import {bundleSource, type JobBundle, plainBundle} from '../src/job/index.js'
import {
  EXPRESSION_FILE,
  generatePipeModule,
  type PipeOutput,
  type PipeRequest,
  pipeError,
  pipeSyntaxError,
  plainPipeModule,
} from '../src/pipe/index.js'
import {CommandProgramHost} from './command-program-host.js'
import type {JobFlags} from './job-flags.js'
import {runBundle} from './run-bundle.js'

export interface PipeCommand {
  readonly expression: string
  readonly files: readonly string[]
  readonly output: PipeOutput
  /** Default: `end` where the input is files, `settled` where it is a pipe. */
  readonly updates: PipeRequest['updates'] | undefined
  readonly configuration: Configuration
  readonly flags: JobFlags
}

/** Runs an expression over files or standard input. Answers the exit code. Errors: those of the expression, with its place in it. */
export async function runPipe(command: PipeCommand): Promise<number> {
  const {expression, files, output, configuration, flags} = command
  const bundle = await bundleOf(expression)
  const request: PipeRequest = {files, output, updates: command.updates ?? (isOpen(files) ? 'settled' : 'end')}
  const start = {entryPath: bundle.entryPath, args: [JSON.stringify(request)]}
  const explain = (error: unknown) => pipeError(error, expression)
  const host = new CommandProgramHost({
    // More than one subtask would mix up the order of lines; who wants it says so.
    defaults: {parallelism: configuration.get(OPTIONS.parallelism) || 1, jobName: 'pipe', configuration},
    bundle,
    start,
    flags,
    locate: explain,
  })
  return (await runBundle({bundle, start, host, explain})) ?? 0
}

async function bundleOf(expression: string): Promise<JobBundle> {
  const path = resolve(EXPRESSION_FILE)
  const plain = plainPipeModule(expression, path)
  if (plain !== undefined) return plainBundle({path, text: plain}, ['default'])
  try {
    return await bundleSource({path, text: generatePipeModule(expression)}, packageRoot())
  } catch (error) {
    throw error instanceof FtsError ? pipeSyntaxError(error, expression) : error
  }
}

/** Whether more may come for as long as one likes: a pipe, a terminal, a socket. Patterns and folders are files. */
function isOpen(files: readonly string[]): boolean {
  if (files.length === 0) return !isFile(() => fstatSync(0))
  return files.some((file) => (file === '-' ? isOpen([]) : !isFile(() => statSync(file))))
}

/** What is not there is told later. */
function isFile(look: () => {isFile(): boolean; isDirectory(): boolean}): boolean {
  try {
    const stat = look()
    return stat.isFile() || stat.isDirectory()
  } catch {
    return true
  }
}
