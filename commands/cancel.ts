import {Command} from '@oclif/core'
import {JobClient} from '../src/cluster/index.js'
import {JOB_ARGUMENT} from './job-argument.js'
import {printError} from './print-error.js'

/** `fts cancel JOB`. */
export default class Cancel extends Command {
  static override readonly id = 'cancel'

  static override readonly summary = 'Cancel a running job.'

  static override readonly description =
    'The job stops at once, as by Ctrl-C in its terminal. Its checkpoints stay if execution.checkpointing.externalized-checkpoint-retention says so.'

  static override readonly examples = ['<%= config.bin %> <%= command.id %> 3f2a']

  static override readonly args = JOB_ARGUMENT

  override async run(): Promise<void> {
    try {
      const {args} = await this.parse(Cancel)
      const client = new JobClient()
      const job = await client.find(args.job)
      await client.cancel(job)
      this.log(`Cancelled job ${job.jobId}.`)
    } catch (error) {
      process.exitCode = printError(error, {verbose: false, command: 'cancel'})
    }
  }
}
