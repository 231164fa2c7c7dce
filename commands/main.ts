import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {Config} from '@oclif/core'
import {packageRoot} from '../src/cluster/index.js'
import {COMMANDS} from './index.js'
import {printError} from './print-error.js'

/**
 * The command line of the bundle, for commands that run a job. The same commands as oclif would run them, but without looking
 * for plugins: help, versions and unknown commands go through oclif's own way (bin/run.js).
 */
async function main(argv: readonly string[]): Promise<number> {
  const root = packageRoot()
  const pjson = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const config = new Config({root, pjson: {...pjson, oclif: {...pjson.oclif, plugins: []}}})
  await config.load()
  const [id, ...rest] = argv
  return COMMANDS[id as keyof typeof COMMANDS].start(rest, config)
}

main(process.argv.slice(2)).then(
  (exitCode) => process.exit(exitCode),
  (error) => process.exit(printError(error, {verbose: process.argv.includes('--verbose')})),
)
