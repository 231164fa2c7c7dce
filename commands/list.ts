import {Command, Flags} from '@oclif/core'
import {type FoundJob, JobClient} from '../src/cluster/index.js'
import {isTerminalJob} from '../src/core/index.js'
import {printError} from './print-error.js'

/** `fts list`: the jobs of this user's running commands. */
export default class List extends Command {
  static override readonly id = 'list'

  static override readonly summary = 'List the jobs that run on this host.'

  static override readonly description = 'Jobs of your own commands, as long as those run.'

  static override readonly examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --json',
  ]

  static override readonly flags = {
    json: Flags.boolean({description: 'print the jobs as one line of JSON'}),
  }

  override async run(): Promise<void> {
    try {
      const {flags} = await this.parse(List)
      const jobs = (await new JobClient().list()).filter(({status}) => !isTerminalJob(status))
      this.log(flags.json ? JSON.stringify(jobs) : table(jobs))
    } catch (error) {
      process.exitCode = printError(error, {verbose: false, command: 'list'})
    }
  }
}

function table(jobs: readonly FoundJob[]): string {
  if (jobs.length === 0) return 'No job is running.'
  return jobs.map(line).join('\n')
}

/** As Flink writes it: `21.11.2026 14:03:07 : <id> : name (RUNNING)`. */
function line({startedAtMs, jobId, name, status, restarts, checkpoints}: FoundJob): string {
  const more = [
    ...(restarts === 0 ? [] : [`${restarts} restart${restarts === 1 ? '' : 's'}`]),
    ...(checkpoints === 0 ? [] : [`${checkpoints} checkpoint${checkpoints === 1 ? '' : 's'}`]),
  ]
  return `${dateText(new Date(startedAtMs))} : ${jobId} : ${name} (${status})${more.length === 0 ? '' : ` ${more.join(', ')}`}`
}

function dateText(date: Date): string {
  const two = (value: number) => String(value).padStart(2, '0')
  const day = `${two(date.getDate())}.${two(date.getMonth() + 1)}.${date.getFullYear()}`
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
}
