import {existsSync} from 'node:fs'
import {mkdir} from 'node:fs/promises'
import {join} from 'node:path'
import {$, within} from 'zx'
import {type Flink, findFlink} from './flink.js'
import type {Command} from './measure.js'
import {findRecordsPeers, type RecordsPeer, type RecordsPeerName} from './records-peers.js'

/** A program that counts words as fts does. `command` writes the counted words to `output`. */
export interface Peer {
  readonly name: string
  readonly version: string
  /** Whether its output is `word TAB count`. */
  readonly hasCounts: boolean
  command(input: string, output: string): Command
}

/** What can be compared with here. `skipped` says of the rest why not. */
export interface Peers {
  readonly find: (name: PeerName) => Peer | undefined
  /** Those of the record scenarios, looked for when they are first asked for. */
  readonly records: () => Promise<ReadonlyMap<RecordsPeerName, RecordsPeer>>
  readonly flink: Flink | undefined
  readonly skipped: readonly string[]
}

export type PeerName = 'duckdb' | 'mawk' | 'naive-node' | 'wc' | 'sort-uniq'

export interface PeersOptions {
  readonly root: string
  /** Whether what is missing may be installed into `bench/peers`. */
  readonly mayInstall: boolean
  readonly say: (text: string) => void
}

const DUCKDB = 'duckdb==2.0.0'
const THREADS = '2'
/** The fastest way of the text tools: bytes, not characters. */
const BYTES = {LC_ALL: 'C'}

/** Finds the peers, and installs those that are missing if it may. One that cannot be had is skipped with a sentence. */
export async function findPeers(options: PeersOptions): Promise<Peers> {
  $.quiet = true
  const sources = join(options.root, 'bench/peers-src')
  const folder = join(options.root, 'bench/peers')
  await mkdir(folder, {recursive: true})
  const skipped: string[] = []
  const found = new Map<PeerName, Peer>()
  const finders: Readonly<Record<PeerName, () => Promise<Peer>>> = {
    duckdb: () => findDuckDb(folder, sources, options),
    mawk: () => findMawk(sources, options),
    'naive-node': async () => naiveNode(sources),
    wc: findWc,
    'sort-uniq': findSortUniq,
  }
  for (const [name, find] of Object.entries(finders) as [PeerName, () => Promise<Peer>][]) {
    const peer = await orSkipped(name, find, skipped)
    if (peer !== undefined) found.set(name, peer)
  }
  const flink = await orSkipped('flink', () => findFlink(folder, sources, options), skipped)
  for (const sentence of skipped) options.say(sentence)
  let records: ReturnType<Peers['records']> | undefined
  return {
    find: (name) => found.get(name),
    records: () => (records ??= findRecordsPeers(folder, sources, options)),
    flink,
    skipped,
  }
}

async function orSkipped<T>(name: string, find: () => Promise<T>, skipped: string[]): Promise<T | undefined> {
  try {
    return await find()
  } catch (error) {
    const why = error instanceof Error ? error.message.trim().split('\n')[0] : String(error)
    skipped.push(`${name} is skipped: ${why}`)
    return undefined
  }
}

async function findDuckDb(folder: string, sources: string, options: PeersOptions): Promise<Peer> {
  const python = join(folder, 'duckdb/bin/python')
  if (!existsSync(python)) {
    refuseToInstall('DuckDB', options)
    options.say(`installing ${DUCKDB} …`)
    await $`python3 -m venv ${join(folder, 'duckdb')}`
    await $`${python} -m pip install --quiet --disable-pip-version-check ${DUCKDB}`
  }
  const {stdout} = await $`${python} -c ${'import duckdb; print(duckdb.__version__)'}`
  return {
    name: 'DuckDB, 2 threads',
    version: stdout.trim(),
    hasCounts: true,
    command: (input, output) => ({argv: [python, join(sources, 'duckdb_wordcount.py'), input, output, THREADS]}),
  }
}

async function findMawk(sources: string, options: PeersOptions): Promise<Peer> {
  if (!(await isOnPath('mawk'))) {
    refuseToInstall('mawk', options)
    options.say('installing mawk …')
    await $`apt-get install --yes --quiet mawk`
  }
  const version = await within(() => $({nothrow: true, env: {...process.env, ...BYTES}})`mawk -W version`)
  const script = join(sources, 'wordcount.awk')
  return {
    name: 'mawk',
    version: (version.stdout + version.stderr)
      .split('\n')[0]
      .replace(/^mawk /, '')
      .replace(/,.*/, ''),
    hasCounts: true,
    command: (input, output) => ({
      argv: ['bash', '-c', 'mawk -f "$0" "$1" | sort -t "\t" -k2,2nr > "$2"', script, input, output],
      env: BYTES,
    }),
  }
}

function naiveNode(sources: string): Peer {
  return {
    name: 'naive Node (split2 + Map)',
    version: process.versions.node,
    hasCounts: true,
    command: (input, output) => ({argv: [process.execPath, join(sources, 'naive-node.mjs'), input, output]}),
  }
}

async function findWc(): Promise<Peer> {
  return {
    name: 'wc',
    version: await coreutilsVersion(),
    hasCounts: false,
    command: (input, output) => ({argv: ['wc', input], env: BYTES, stdoutPath: output}),
  }
}

async function findSortUniq(): Promise<Peer> {
  const pipe = `tr 'A-Z' 'a-z' < "$0" | tr -s '[:space:]' '\\n' | sort -S 1G --parallel=2 | uniq -c | sort -k1,1nr > "$1"`
  return {
    name: 'tr, sort, uniq -c',
    version: await coreutilsVersion(),
    hasCounts: false,
    command: (input, output) => ({argv: ['bash', '-c', pipe, input, output], env: BYTES}),
  }
}

async function coreutilsVersion(): Promise<string> {
  const {stdout} = await $`sort --version`
  return stdout.split('\n')[0].replace(/^sort /, '')
}

async function isOnPath(program: string): Promise<boolean> {
  return (await $({nothrow: true})`command -v ${program}`).exitCode === 0
}

function refuseToInstall(what: string, {mayInstall}: PeersOptions): void {
  if (!mayInstall) throw new Error(`${what} is not installed; --with-peers installs it`)
}
