import {Args, Command, Flags} from '@oclif/core'
import {CONFIG_FLAGS} from './cluster-flags.js'
import {configurationOf} from './configuration-of.js'
import {endProcess} from './end-process.js'
import {printError} from './print-error.js'
import {programArguments} from './program-arguments.js'
import {noProgram} from './program-entry.js'
import {ENTRY_FLAGS} from './program-flags.js'
import {runProve} from './run-prove.js'

/** `fts prove`: runs a job in simulation, with failures, and compares. */
export default class Prove extends Command {
  static override readonly id = 'prove'

  static override readonly summary =
    'Run a job in simulation, again and again, with something going wrong each time, and compare what comes out.'

  static override readonly description =
    `The program's jobs run on a simulated cluster, one after the other: simulated are time, processes, sockets and the disk of checkpoints, everything else is
the engine. JobManagers and TaskManagers are killed, slots end, tasks fail, the disk is full, messages are lost, each time at another step of checkpointing.
What the sinks have committed in the end must be what an undisturbed run commits. A difference is told with the seed that brings it back.

The program's own sinks and functions are really called: let them lead to a test system.`

  static override readonly examples = [
    '<%= config.bin %> <%= command.id %> job.ts -- sample.txt',
    '<%= config.bin %> <%= command.id %> job.ts --schedules 1000 --input sample.txt',
    '<%= config.bin %> <%= command.id %> job.ts --seed 4711 --schedules 1',
  ]

  static override readonly args = {
    file: Args.string({description: 'the program, a .ts or .js file'}),
  }

  static override readonly flags = {
    schedules: Flags.integer({
      description: 'how many runs, each with other failures',
      helpValue: 'N',
      default: 200,
      min: 1,
    }),
    seed: Flags.integer({
      description: 'the seed of the first run; the others count up (default: 1)',
      helpValue: 'S',
      default: 1,
      min: 1,
    }),
    input: Flags.string({
      description: 'what standard input or a socket gives the job (default: standard input, where it is no terminal)',
      helpValue: 'FILE',
    }),
    'exactly-once': Flags.boolean({
      description: 'also where a sink promises its records at least once, none may come twice',
    }),
    json: Flags.boolean({description: 'print the verdict as JSON'}),
    parallelism: Flags.integer({
      char: 'p',
      description: 'subtasks of operators for which the program says nothing (default: 2)',
      helpValue: 'N',
      min: 1,
    }),
    ...ENTRY_FLAGS,
    ...CONFIG_FLAGS,
    verbose: Flags.boolean({description: 'print stacks of errors'}),
  }

  override async run(): Promise<void> {
    const {own, ofProgram} = programArguments(this.argv)
    let exitCode: number
    try {
      const {flags, args} = await this.parse(Prove, own)
      if (args.file === undefined) throw noProgram('prove')
      exitCode = await runProve({
        file: args.file,
        args: ofProgram,
        own,
        ...flags,
        entry: flags.entry,
        configuration: configurationOf({...flags, numTaskManagers: undefined, slots: undefined}),
        exactlyOnce: flags['exactly-once'],
      })
    } catch (error) {
      exitCode = printError(error, {verbose: own.includes('--verbose'), command: Prove.id})
    }
    await endProcess(exitCode)
  }
}
