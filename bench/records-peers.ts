import {existsSync} from 'node:fs'
import {join} from 'node:path'
import {$} from 'zx'
import type {Command} from './measure.js'
import type {PeersOptions} from './peers.js'

/** What is done with records; the programs of fts have these names, too. */
export type RecordsTask = 'csv-group' | 'csv-to-json' | 'jsonl-group'
export type RecordsPeerName = 'duckdb' | 'polars' | 'miller' | 'jq'

/** A program that does something with records as fts does. */
export interface RecordsPeer {
  readonly name: string
  readonly version: string
  /** Undefined: it has no part in this. */
  command(task: RecordsTask, input: string, output: string): Command | undefined
}

const POLARS = 'polars==2.1.0'
const THREADS = '2'

const MILLER: Partial<Record<RecordsTask, readonly string[]>> = {
  'csv-group': ['--icsv', '--ocsv', 'stats1', '-a', 'count,sum,mean', '-f', 'price', '-g', 'category'],
  'csv-to-json': ['--icsv', '--ojsonl', 'cat'],
  'jsonl-group': [
    '--ijsonl',
    '--ocsv',
    'filter',
    '$level == "ERROR"',
    'then',
    'stats1',
    '-a',
    'count,mean',
    '-f',
    'latency_ms',
    '-g',
    'service',
  ],
}

/** jq reads line by line and adds up as it goes: the whole file as one array would take gigabytes. */
const JQ = `reduce (inputs | select(.level == "ERROR")) as $e ({}; .[$e.service].n += 1 | .[$e.service].sum += $e.latency_ms)
  | to_entries[] | [.key, .value.n, .value.sum / .value.n] | @csv`

/** Finds the peers of the record scenarios; `duckdb` is the folder where the word count's is. Those that cannot be had are told by a sentence. */
export async function findRecordsPeers(
  folder: string,
  sources: string,
  options: PeersOptions,
): Promise<ReadonlyMap<RecordsPeerName, RecordsPeer>> {
  const finders: Readonly<Record<RecordsPeerName, () => Promise<RecordsPeer>>> = {
    duckdb: () => findDuckDb(folder, sources),
    polars: () => findPolars(folder, sources, options),
    miller: () => findMiller(options),
    jq: () => findJq(options),
  }
  const found = new Map<RecordsPeerName, RecordsPeer>()
  for (const [name, find] of Object.entries(finders) as [RecordsPeerName, () => Promise<RecordsPeer>][]) {
    try {
      found.set(name, await find())
    } catch (error) {
      options.say(`${name} is skipped for records: ${error instanceof Error ? error.message.split('\n')[0] : error}`)
    }
  }
  return found
}

async function findDuckDb(folder: string, sources: string): Promise<RecordsPeer> {
  const python = join(folder, 'duckdb/bin/python')
  const version = (await $`${python} -c ${'import duckdb; print(duckdb.__version__)'}`).stdout.trim()
  const script = join(sources, 'records_duckdb.py')
  return {
    name: 'DuckDB, 2 threads',
    version,
    command: (task, input, output) => ({argv: [python, script, task, input, output, THREADS]}),
  }
}

async function findPolars(folder: string, sources: string, options: PeersOptions): Promise<RecordsPeer> {
  const python = join(folder, 'polars/bin/python')
  if (!existsSync(python)) {
    refuseToInstall('Polars', options)
    options.say(`installing ${POLARS} …`)
    await $`python3 -m venv ${join(folder, 'polars')}`
    await $`${python} -m pip install --quiet --disable-pip-version-check ${POLARS}`
  }
  const version = (await $`${python} -c ${'import polars; print(polars.__version__)'}`).stdout.trim()
  const script = join(sources, 'records_polars.py')
  return {
    name: 'Polars, 2 threads',
    version,
    command: (task, input, output) => ({
      argv: [python, script, task, input, output],
      env: {POLARS_MAX_THREADS: THREADS},
    }),
  }
}

async function findMiller(options: PeersOptions): Promise<RecordsPeer> {
  await install('mlr', 'miller', options)
  const version = (await $`mlr --version`).stdout.trim().split(' ').at(-1) ?? ''
  return {
    name: 'Miller',
    version,
    command: (task, input, output) => {
      const verbs = MILLER[task]
      return verbs === undefined ? undefined : {argv: ['mlr', ...verbs, input], stdoutPath: output}
    },
  }
}

async function findJq(options: PeersOptions): Promise<RecordsPeer> {
  await install('jq', 'jq', options)
  return {
    name: 'jq',
    version: (await $`jq --version`).stdout.trim(),
    command: (task, input, output) =>
      task === 'jsonl-group' ? {argv: ['jq', '-n', '-r', JQ, input], stdoutPath: output} : undefined,
  }
}

async function install(program: string, packageName: string, options: PeersOptions): Promise<void> {
  if ((await $({nothrow: true})`command -v ${program}`).exitCode === 0) return
  refuseToInstall(packageName, options)
  options.say(`installing ${packageName} …`)
  await $`apt-get install --yes --quiet ${packageName}`
}

function refuseToInstall(what: string, {mayInstall}: PeersOptions): void {
  if (!mayInstall) throw new Error(`${what} is not installed; --with-peers installs it`)
}
