import {isatty} from 'node:tty'
import {Args, Command, type Config, Flags} from '@oclif/core'
import {CLUSTER_FLAGS} from './cluster-flags.js'
import {configurationOf} from './configuration-of.js'
import {printError} from './print-error.js'
import {runWordCount} from './run-word-count.js'
import {type WordCountFlags, wordCountInput, wordCountOptions} from './word-count-request.js'

/** `fts wordcount`: parses, checks, runs the job, and prints what came of it. */
export default class WordCount extends Command {
  static override readonly id = 'wordcount'

  static override readonly summary = 'Count the words of files, folders, a pipe or a socket.'

  static override readonly description =
    `Words are lower-cased and split at white space. Results go to stdout, everything else to stderr.

In batch mode each word is printed once, when the input has ended; interrupted before, it prints nothing, because a part of the
counts would look like all of them. In streaming mode the running count of each word is printed as it comes.`

  static override readonly examples = [
    '<%= config.bin %> <%= command.id %> input.txt',
    "<%= config.bin %> <%= command.id %> 'logs/**/*.gz' --top 20 -p 4",
    'tail -f app.log | <%= config.bin %> <%= command.id %> --mode streaming',
    '<%= config.bin %> <%= command.id %> --socket localhost:9999 --mode streaming --format json',
  ]

  static override readonly args = {
    path: Args.string({
      description: 'files, folders (with all that is in them) or patterns; - or nothing reads stdin',
      multiple: true,
      ignoreStdin: true,
    }),
  }

  static override readonly flags = {
    socket: Flags.string({description: 'read text from a TCP server', helpValue: 'HOST:PORT'}),
    parallelism: Flags.integer({
      char: 'p',
      description: 'subtasks of each operator (default: the usable cores, 1 for small files)',
      helpValue: 'N',
    }),
    'slot-sharing': Flags.boolean({
      description: 'let one slot hold a subtask of each operator; --no-slot-sharing gives each task a slot of its own',
      allowNo: true,
      default: true,
    }),
    output: Flags.string({
      char: 'o',
      description: 'write the result to this file, which appears when it is whole',
      helpValue: 'FILE',
    }),
    format: Flags.option({options: ['tsv', 'csv', 'json'] as const, description: 'form of a line', default: 'tsv'})(),
    sort: Flags.option({
      options: ['count', 'word', 'none'] as const,
      description: 'order of the lines, in batch mode (default: count)',
    })(),
    top: Flags.integer({description: 'only the first N lines, in batch mode', helpValue: 'N'}),
    mode: Flags.option({
      options: ['batch', 'streaming'] as const,
      description: 'each word once, or running counts as the text comes',
      default: 'batch',
    })(),
    ...CLUSTER_FLAGS,
  }

  /** Runs with a configuration that is at hand, and answers the exit code. */
  static async start(argv: string[], config: Config): Promise<number> {
    const command = new WordCount(argv, config)
    await command._run()
    return command.exitCode
  }

  private exitCode = 0

  override async run(): Promise<void> {
    const {flags, args} = await this.parse(WordCount)
    this.exitCode = await this.answer({
      ...flags,
      paths: (args.path ?? []) as string[],
      numTaskManagers: flags['num-taskmanagers'],
      slotSharing: flags['slot-sharing'],
    })
    process.exitCode = this.exitCode
  }

  private async answer(flags: WordCountFlags): Promise<number> {
    try {
      const configuration = configurationOf(flags)
      const input = wordCountInput(flags, {stdinIsTerminal: isatty(0)})
      return await runWordCount(wordCountOptions({flags, input, configuration}), flags)
    } catch (error) {
      return printError(error, flags)
    }
  }
}
