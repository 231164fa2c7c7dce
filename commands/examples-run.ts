import {Args, Command} from '@oclif/core'
import {FtsError} from '../src/core/index.js'
import {noExample} from './examples-list.js'
import {printError} from './print-error.js'

/**
 * `fts examples run`: `fts run` of the example's job. The launcher (bin/run.js) turns the one into the other; here come help, and names that
 * are no example's.
 */
export default class ExamplesRun extends Command {
  static override readonly id = 'examples:run'

  static override readonly summary = 'Run an example job.'

  static override readonly description =
    'Takes all that fts run takes: -p, -D, --json, and what is behind -- for the job.'

  static override readonly examples = [
    '<%= config.bin %> examples run sensors -p 2',
    '<%= config.bin %> examples run socket-window-word-count -- localhost 9000',
  ]

  static override readonly strict = false

  static override readonly args = {
    name: Args.string({description: 'the example'}),
  }

  override async run(): Promise<void> {
    const [name] = this.argv
    const error = name === undefined || name.startsWith('-') ? noName() : noExample(name)
    process.exitCode = printError(error, {verbose: false, command: 'examples run'})
  }
}

function noName(): FtsError {
  const tryThis = 'fts examples lists them, fts examples run sensors runs one.'
  return new FtsError('user', 'FTS_WRONG_USE', 'which example shall be run?', {}, {tryThis})
}
