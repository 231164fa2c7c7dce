import {isatty} from 'node:tty'
import {packageRoot} from '../src/cluster/index.js'
import {FtsError} from '../src/core/index.js'
import {programError} from '../src/job/index.js'
import {printError} from './print-error.js'

/**
 * What nobody has caught, in a callback say, ends the command: with a sentence and an exit code, like every other error. The processes of the
 * cluster, which would wait for a JobManager that decides nothing any more, end with it.
 */
export function endOnUncaught(options: {readonly verbose: boolean; readonly command?: string | undefined}): void {
  process.on('uncaughtException', (thrown) => {
    // At the very end, when the screen has been taken away.
    process.once('exit', () => {
      // Behind the line that is rewritten while a job runs.
      if (isatty(2)) process.stderr.write('\n')
      process.exitCode = printError(asError(thrown), options)
    })
    process.exit(1)
  })
}

function asError(thrown: unknown): FtsError {
  if (thrown instanceof FtsError) return thrown
  // A program that is loaded has its own path there.
  if (!isThrownIn(thrown, `${packageRoot()}/dist/`)) return programError(thrown, process.argv[1])
  const what = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)
  const error = new FtsError('invariant', 'FTS_UNCAUGHT', `the command cannot go on: ${what}`, {})
  if (thrown instanceof Error && thrown.stack !== undefined) error.stack = thrown.stack
  return error
}

/** Whether the innermost frame that is in a file is in this folder. What has none comes from Node, which only we call. */
function isThrownIn(thrown: unknown, folder: string): boolean {
  const [first] = stackOf(thrown).match(/\/[^\s()]*:\d+:\d+/) ?? []
  return first === undefined || first.startsWith(folder)
}

function stackOf(thrown: unknown): string {
  const lines = thrown instanceof Error ? (thrown.stack ?? '').split('\n') : []
  return lines.filter((line) => line.includes(' at ') && !line.includes('node:')).join('\n')
}
