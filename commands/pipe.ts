import {Args, Command, type Config, Flags} from '@oclif/core'
import {FtsError} from '../src/core/index.js'
import type {OutputForm, PipeOutput} from '../src/pipe/index.js'
import {CLUSTER_FLAGS} from './cluster-flags.js'
import {configurationOf} from './configuration-of.js'
import {printError} from './print-error.js'
import {runPipe} from './run-pipe.js'

const {json: _summary, ...OF_THE_CLUSTER} = CLUSTER_FLAGS

/** `fts pipe`: one expression on the DataStream API, from standard input or files to standard output. */
export default class Pipe extends Command {
  static override readonly id = 'pipe'

  static override readonly summary = 'Run one expression on the DataStream API over standard input or files.'

  static override readonly description =
    `EXPR is a TypeScript expression that begins with lines(), csv(), json() or text(...) and ends in what shall be printed. All of
'fts' is in scope, and helpers such as tumbling("1m"), words, parseCombinedLog; see docs/pipe.md.

Of files, results are printed when all is read. Of a pipe that stays open, they are printed as they come: running counts and
sums whenever the pipe is quiet.`

  static override readonly examples = [
    "<%= config.bin %> <%= command.id %> 'lines().flatMap(words).keyBy(w => w).count().top(10)' book.txt",
    '<%= config.bin %> <%= command.id %> \'csv().keyBy("country").sum("amount")\' --csv sales.csv',
    "tail -f access.log | <%= config.bin %> <%= command.id %> 'lines().map(parseCombinedLog).filter(r => r.status >= 500)' --json",
  ]

  static override readonly args = {
    expression: Args.string({description: 'what to run', ignoreStdin: true, required: true}),
    file: Args.string({
      description: 'files, folders (with all that is in them) or patterns; - or nothing reads stdin',
      multiple: true,
      ignoreStdin: true,
    }),
  }

  static override readonly flags = {
    csv: Flags.boolean({description: 'print CSV with a header', exclusive: ['json', 'table']}),
    json: Flags.boolean({description: 'print a line of JSON for each record', exclusive: ['table']}),
    table: Flags.boolean({description: 'print columns below each other'}),
    columns: Flags.string({
      description: 'name the fields of tuples, or choose fields of objects, in this order',
      helpValue: 'a,b',
    }),
    updates: Flags.option({
      options: ['each', 'settled', 'end'] as const,
      description:
        'print running results at each change, when the input is quiet, or at its end (default: settled; end for files)',
    })(),
    parallelism: Flags.integer({
      char: 'p',
      description: 'subtasks of each operator; with more than 1, lines lose their order (default: 1)',
      helpValue: 'N',
    }),
    stats: Flags.boolean({description: 'print a summary on stderr at the end'}),
    ...OF_THE_CLUSTER,
  }

  /** See WordCount. */
  static async start(argv: string[], config: Config): Promise<number> {
    const command = new Pipe(argv, config)
    await command._run()
    return command.exitCode
  }

  private exitCode = 0

  override async run(): Promise<void> {
    if (!this.argv.some((word) => word === '-' || !word.startsWith('-'))) throw noExpression()
    const {flags, args} = await this.parse(Pipe)
    try {
      const {expression, file: files = []} = args as {expression: string; file?: string[]}
      if (expression.trim() === '') throw noExpression()
      this.exitCode = await runPipe({
        expression,
        files,
        output: outputOf(flags),
        updates: flags.updates,
        configuration: configurationOf({...flags, numTaskManagers: flags['num-taskmanagers']}),
        // Between other commands of a pipe nothing is said without being asked.
        flags: {tui: flags.tui ?? false, json: false, verbose: flags.verbose, quiet: !flags.stats && !flags.verbose},
      })
    } catch (error) {
      this.exitCode = printError(error, flags)
    }
    process.exitCode = this.exitCode
  }
}

interface OutputFlags {
  readonly csv: boolean
  readonly json: boolean
  readonly table: boolean
  readonly columns: string | undefined
}

function outputOf(flags: OutputFlags): PipeOutput {
  const form: OutputForm = flags.csv ? 'csv' : flags.json ? 'json' : flags.table ? 'table' : 'lines'
  if (flags.columns === undefined) return {form}
  const columns = flags.columns.split(',').map((name) => name.trim())
  if (columns.every((name) => name !== '') && new Set(columns).size === columns.length) return {form, columns}
  const tryThis = 'for example --columns word,count'
  throw new FtsError(
    'user',
    'FTS_WRONG_USE',
    `--columns "${flags.columns}" is no list of different names`,
    {},
    {tryThis},
  )
}

function noExpression(): FtsError {
  const tryThis = 'For example: fts pipe \'lines().filter(l => l.includes("error"))\' app.log'
  return new FtsError('user', 'FTS_WRONG_USE', 'which expression shall be run?', {}, {tryThis})
}
