import {spawn} from 'node:child_process'
import {constants} from 'node:os'
import {join} from 'node:path'
import {Args, Command} from '@oclif/core'
import {packageRoot} from '../src/cluster/index.js'
import {FtsError} from '../src/core/index.js'
import {exampleOf, folderOf} from './examples-list.js'
import {printError} from './print-error.js'

/** Ctrl-C goes to the job as well, which ends by it; this process waits for that. */
const PASSED_ON = ['SIGTERM', 'SIGHUP'] as const

/** `fts examples run`: `fts run` with the example's job. */
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
    const [name, ...rest] = this.argv
    try {
      if (name === undefined || name.startsWith('-')) throw noName()
      process.exitCode = await runJob(join(folderOf(exampleOf(name)), 'job.ts'), rest)
    } catch (error) {
      process.exitCode = printError(error, {verbose: false, command: 'examples run'})
    }
  }
}

/** Answers the exit code. */
function runJob(job: string, args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [join(packageRoot(), 'bin/run.js'), 'run', job, ...args], {stdio: 'inherit'})
  process.on('SIGINT', () => {})
  for (const signal of PASSED_ON) process.on(signal, () => child.kill(signal))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? 'SIGTERM']))
  })
}

function noName(): FtsError {
  const tryThis = 'fts examples lists them, fts examples run sensors runs one.'
  return new FtsError('user', 'FTS_WRONG_USE', 'which example shall be run?', {}, {tryThis})
}
