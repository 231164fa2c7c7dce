import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {Config} from '@oclif/core'
import {packageRoot} from '../src/cluster/index.js'
import {JOB_COMMANDS} from './job-commands.js'
import {printError} from './print-error.js'
import {endOnUncaught} from './uncaught.js'

/** As it was typed: a program that is run gets arguments of its own. */
const argv: readonly string[] = process.argv.slice(2)

/**
 * The command line of the bundle, for commands that run a job. The same commands as oclif runs, without its discovery; help,
 * versions and unknown commands go oclif's own way (bin/run.js).
 */
async function main(): Promise<number> {
  const root = packageRoot()
  const pjson = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  // The commands are in this bundle: nothing is to be looked for.
  const oclif = {...pjson.oclif, plugins: [], commands: undefined, hooks: undefined}
  const config = new Config({root, pjson: {...pjson, oclif}})
  await config.load()
  const [id, ...rest] = argv
  return JOB_COMMANDS[id as keyof typeof JOB_COMMANDS].start(rest, config)
}

const shown = {verbose: argv.includes('--verbose'), command: argv[0]}
endOnUncaught(shown)
main().then(
  (exitCode) => process.exit(exitCode),
  (error) => process.exit(printError(error, shown)),
)
