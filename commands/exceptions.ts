import {Command, Flags} from '@oclif/core'
import {JobClient} from '../src/cluster/index.js'
import type {FailureView} from '../src/metrics/index.js'
import {JOB_ARGUMENT} from './job-argument.js'
import {printError} from './print-error.js'

/** `fts exceptions JOB`: what went wrong so far. */
export default class Exceptions extends Command {
  static override readonly id = 'exceptions'

  static override readonly summary = 'Show the failures that a running job has survived.'

  static override readonly description = 'Newest first; web.exception-history-size says how many are kept.'

  static override readonly examples = [
    '<%= config.bin %> <%= command.id %> 3f2a',
    '<%= config.bin %> <%= command.id %> 3f2a --json',
  ]

  static override readonly args = JOB_ARGUMENT

  static override readonly flags = {
    json: Flags.boolean({description: 'print them as one line of JSON'}),
    verbose: Flags.boolean({description: 'print stacks'}),
  }

  override async run(): Promise<void> {
    try {
      const {args, flags} = await this.parse(Exceptions)
      const client = new JobClient()
      const failures = await client.failures(await client.find(args.job))
      this.log(flags.json ? JSON.stringify(failures) : text(failures, flags.verbose))
    } catch (error) {
      process.exitCode = printError(error, {verbose: false, command: 'exceptions'})
    }
  }
}

function text(failures: readonly FailureView[], isVerbose: boolean): string {
  if (failures.length === 0) return 'Nothing has failed.'
  return failures.map((failure) => oneText(failure, isVerbose)).join('\n')
}

function oneText({atMs, task, attempt, taskManagerId, message, stack}: FailureView, isVerbose: boolean): string {
  const where = [
    ...(task === undefined ? [] : [`${task}, attempt ${attempt ?? 0}`]),
    ...(taskManagerId === undefined ? [] : [`on ${taskManagerId}`]),
  ]
  const place = where.length === 0 ? '' : ` ${where.join(' ')}`
  return `${new Date(atMs).toISOString()}${place}\n  ${message}${isVerbose && stack !== undefined ? `\n${stack}` : ''}`
}
