import {Args, Command, type Config, Flags} from '@oclif/core'
import {CLUSTER_SIZE_FLAGS} from './cluster-flags.js'
import {configurationOf} from './configuration-of.js'
import {endProcess} from './end-process.js'
import {printError} from './print-error.js'
import {programArguments} from './program-arguments.js'
import {noProgram} from './program-entry.js'
import {PROGRAM_FLAGS} from './program-flags.js'
import {runInfo} from './run-info.js'

/** `fts info`: what a program would run. */
export default class Info extends Command {
  static override readonly id = 'info'

  static override readonly summary =
    'Show the graph of a job, the slots and memory it needs, and what to be careful of.'

  static override readonly description =
    `The program is loaded as by "fts run", up to its first execute(), and nothing runs. Shown are its chains with their parallelism, what they
work on, and the exchanges between them; slots and memory; what its sinks promise; and state that grows for ever.`

  static override readonly examples = [
    '<%= config.bin %> <%= command.id %> job.ts',
    '<%= config.bin %> <%= command.id %> job.ts -p 4 --json -- --input access.log',
    '<%= config.bin %> <%= command.id %> job.ts --mermaid > job.mmd',
  ]

  static override readonly args = {
    file: Args.string({description: 'the program, a .ts or .js file'}),
  }

  static override readonly flags = {
    json: Flags.boolean({description: "print the plan as JSON, in Flink's form", exclusive: ['mermaid']}),
    mermaid: Flags.boolean({description: 'print the graph as a Mermaid flowchart'}),
    ...PROGRAM_FLAGS,
    ...CLUSTER_SIZE_FLAGS,
    verbose: Flags.boolean({description: 'print stacks of errors'}),
  }

  /** See WordCount. */
  static async start(argv: string[], config: Config): Promise<number> {
    const command = new Info(argv, config)
    await command._run()
    return command.exitCode
  }

  private exitCode = 0

  override async run(): Promise<void> {
    const {own, ofProgram} = programArguments(this.argv)
    try {
      const {flags, args} = await this.parse(Info, own)
      if (args.file === undefined) throw noProgram('info')
      this.exitCode = await runInfo({
        file: args.file,
        args: ofProgram,
        entry: flags.entry,
        configuration: configurationOf({...flags, numTaskManagers: flags['num-taskmanagers']}),
        form: flags.json ? 'json' : flags.mermaid ? 'mermaid' : 'text',
      })
    } catch (error) {
      this.exitCode = printError(error, {verbose: own.includes('--verbose'), command: Info.id})
    }
    await endProcess(this.exitCode)
  }
}
