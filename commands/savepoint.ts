import {resolve} from 'node:path'
import {Args, Command} from '@oclif/core'
import {JobClient} from '../src/cluster/index.js'
import {JOB_ARGUMENT} from './job-argument.js'
import {printError} from './print-error.js'

/** `fts savepoint JOB [DIR]`. */
export default class Savepoint extends Command {
  static override readonly id = 'savepoint'

  static override readonly summary = 'Take a savepoint of a running job, which goes on.'

  static override readonly description =
    'A savepoint is complete in itself: it can be moved, and a job can start from it with fts run -s, at another parallelism too.'

  static override readonly examples = ['<%= config.bin %> <%= command.id %> 3f2a /var/savepoints']

  static override readonly args = {
    ...JOB_ARGUMENT,
    dir: Args.string({description: 'the folder it goes into (default: execution.checkpointing.savepoint-dir)'}),
  }

  override async run(): Promise<void> {
    try {
      const {args} = await this.parse(Savepoint)
      const client = new JobClient()
      const job = await client.find(args.job)
      const directory = args.dir === undefined ? {} : {directory: resolve(args.dir)}
      const path = await client.savepoint(job, directory)
      this.log(`Savepoint completed. Path: ${path}`)
      this.log(`You can resume your program from it: fts run -s ${path} …`)
    } catch (error) {
      process.exitCode = printError(error, {verbose: false, command: 'savepoint'})
    }
  }
}
