import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {packageRoot} from '../src/cluster/index.js'
import {FtsError} from '../src/core/index.js'

/** One of the jobs in the package's folder `examples`. */
export interface Example {
  readonly name: string
  readonly summary: string
  /** A command that is to be started before, if there is one. */
  readonly before?: string
  /** What is to be said behind `--`, if anything. */
  readonly arguments?: string
}

const FOLDER = 'examples'

/** All examples, as examples/index.json lists them. */
export function examples(): readonly Example[] {
  return JSON.parse(readFileSync(join(packageRoot(), FOLDER, 'index.json'), 'utf8')) as Example[]
}

/** Errors: `user` FTS_NO_EXAMPLE. */
export function exampleOf(name: string): Example {
  const found = examples().find((one) => one.name === name)
  if (found !== undefined) return found
  throw noExample(name)
}

export function noExample(name: string): FtsError {
  const names = examples().map((one) => one.name)
  const tryThis = `There are: ${names.join(', ')}.`
  return new FtsError('user', 'FTS_NO_EXAMPLE', `there is no example "${name}"`, {name}, {tryThis})
}

/** Its folder: job.ts, job.test.ts, README.md, data. */
export function folderOf({name}: Example): string {
  return join(packageRoot(), FOLDER, name)
}

/** How it is run, as somebody would type it. */
export function runLine({arguments: behind}: Example, command: string): string {
  return behind === undefined ? command : `${command} -- ${behind}`
}
