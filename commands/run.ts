import {Args, Command, type Config, Flags} from '@oclif/core'
import {CLUSTER_FLAGS} from './cluster-flags.js'
import {configurationOf} from './configuration-of.js'
import {INSPECT_FLAGS, inspectArguments, withInspector} from './inspect-flags.js'
import {printError} from './print-error.js'
import {programArguments} from './program-arguments.js'
import {noProgram} from './program-entry.js'
import {PROGRAM_FLAGS} from './program-flags.js'
import {runProgram} from './run-program.js'

/** `fts run`: bundles a program, loads it, and runs the jobs it executes. */
export default class Run extends Command {
  static override readonly id = 'run'

  static override readonly summary = 'Run a job: a program in TypeScript or JavaScript that uses the DataStream API.'

  static override readonly description =
    `The program builds its job with StreamExecutionEnvironment from 'fts' and calls execute(). It is bundled once and loaded here and
in every slot. What comes behind -- are the program's own arguments (process.argv.slice(2)).

Results go to stdout, everything else to stderr. Types are not checked unless --check is given.`

  static override readonly examples = [
    '<%= config.bin %> <%= command.id %> job.ts',
    '<%= config.bin %> <%= command.id %> job.ts -p 4 -- --input access.log',
    '<%= config.bin %> <%= command.id %> job.ts -p 1 --inspect-brk',
    '<%= config.bin %> <%= command.id %> jobs.ts -c dailyReport -D execution.buffer-timeout.interval=0',
  ]

  static override readonly args = {
    file: Args.string({description: 'the program, a .ts or .js file'}),
  }

  static override readonly flags = {
    ...PROGRAM_FLAGS,
    fromSavepoint: Flags.string({
      char: 's',
      description: 'start from this checkpoint or savepoint (a chk-, savepoint- or job folder)',
      helpValue: 'PATH',
    }),
    allowNonRestoredState: Flags.boolean({
      char: 'n',
      description: 'leave behind state of operators that the program does not have any more',
    }),
    ...INSPECT_FLAGS,
    check: Flags.boolean({description: "check the program's types before it runs"}),
    ...CLUSTER_FLAGS,
  }

  /** See WordCount. */
  static async start(argv: string[], config: Config): Promise<number> {
    const command = new Run(argv, config)
    await command._run()
    return command.exitCode
  }

  private exitCode = 0

  override async run(): Promise<void> {
    const {own, ofProgram} = programArguments(this.argv)
    const {flags, args} = await this.parse(Run, inspectArguments(own))
    try {
      if (args.file === undefined) throw noProgram('run')
      const options = configurationOf({...flags, numTaskManagers: flags['num-taskmanagers']})
      const configuration = withInspector(options, flags)
      this.exitCode = await runProgram({file: args.file, ...flags, args: ofProgram, configuration, flags})
    } catch (error) {
      this.exitCode = printError(error, flags)
    }
    process.exitCode = this.exitCode
  }
}
