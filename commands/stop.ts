import {resolve} from 'node:path'
import {Command, Flags} from '@oclif/core'
import {JobClient} from '../src/cluster/index.js'
import {JOB_ARGUMENT} from './job-argument.js'
import {printError} from './print-error.js'

/** `fts stop JOB`: a savepoint, then the end. */
export default class Stop extends Command {
  static override readonly id = 'stop'

  static override readonly summary = 'Stop a running job with a savepoint.'

  static override readonly description =
    'Sources stop, a savepoint is taken, sinks commit, and the job is FINISHED. If the savepoint fails, the job goes on.'

  static override readonly examples = [
    '<%= config.bin %> <%= command.id %> 3f2a --savepointPath /var/savepoints',
    '<%= config.bin %> <%= command.id %> 3f2a -p /var/savepoints --drain',
  ]

  static override readonly args = JOB_ARGUMENT

  static override readonly flags = {
    savepointPath: Flags.string({
      char: 'p',
      description: 'the folder the savepoint goes into (default: execution.checkpointing.savepoint-dir)',
      helpValue: 'DIR',
    }),
    drain: Flags.boolean({
      char: 'd',
      description:
        'end the input first: windows and timers fire, and the savepoint is of a job that has said everything',
    }),
  }

  override async run(): Promise<void> {
    try {
      const {args, flags} = await this.parse(Stop)
      const client = new JobClient()
      const job = await client.find(args.job)
      const directory = flags.savepointPath === undefined ? {} : {directory: resolve(flags.savepointPath)}
      const thenStop = flags.drain ? 'drain' : 'suspend'
      const path = await client.savepoint(job, {thenStop, ...directory})
      this.log(`Savepoint completed. Path: ${path}`)
    } catch (error) {
      process.exitCode = printError(error, {verbose: false, command: 'stop'})
    }
  }
}
