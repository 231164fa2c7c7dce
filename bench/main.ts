import {mkdir, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {Inputs} from './inputs.js'
import {describeMachine} from './machine.js'
import {type BenchOptions, readOptions, USAGE} from './options.js'
import {findPeers, type Peers} from './peers.js'
import {asMarkdown, type Report} from './report.js'
import {runRounds} from './rounds.js'
import type {Scenario, ScenarioContext} from './scenario.js'
import {SCENARIOS} from './scenarios/index.js'

/** This file is dist/bench/main.js. */
const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const TIMEOUT_SECONDS = 1800

await main(process.argv.slice(2))

async function main(argv: readonly string[]): Promise<void> {
  const options = optionsOrUsage(argv)
  if (options === undefined) return
  const machine = describeMachine(ROOT)
  const peers = await findPeers({root: ROOT, mayInstall: options.withPeers, say})
  const scratch = join(ROOT, 'bench/data/scratch')
  await rm(scratch, {recursive: true, force: true})
  await mkdir(scratch, {recursive: true})
  const context = contextOf(options, peers, scratch)
  const outcomes: Report['outcomes'][number][] = []
  for (const scenario of chosen(options)) {
    say(`\n${scenario.name}`)
    outcomes.push(await outcomeOf(scenario, context))
  }
  await rm(scratch, {recursive: true, force: true})
  const report = {machine, peers: await versionsOf(peers), skipped: peers.skipped, arguments: argv, outcomes}
  await publish(report, options)
}

/** A scenario that fails is told and does not keep the others from running. */
async function outcomeOf(scenario: Scenario, context: ScenarioContext): Promise<Report['outcomes'][number]> {
  const {name} = scenario
  try {
    return {name, ...(await scenario.run(context))}
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    say(why)
    process.exitCode = 1
    return {name, title: 'Failed', measured: [], findings: [], notes: [why]}
  }
}

function optionsOrUsage(argv: readonly string[]): BenchOptions | undefined {
  try {
    return readOptions(argv)
  } catch (error) {
    say(`${error instanceof Error ? error.message : error}\n${USAGE}`)
    process.exitCode = 2
    return undefined
  }
}

function chosen({only, isFull, isQuick}: BenchOptions): Scenario[] {
  if (only.length > 0) return SCENARIOS.filter(({name}) => only.includes(name))
  return SCENARIOS.filter(({isLong}) => isLong !== true || isFull || isQuick)
}

function contextOf({isQuick, isFull, rounds, roundsMax}: BenchOptions, peers: Peers, scratch: string): ScenarioContext {
  const measuring = {scratch, timeoutSeconds: TIMEOUT_SECONDS, say}
  const programWith = (name: string, flags: readonly string[], ...args: readonly string[]) => {
    const program = join(ROOT, `bench/programs/${name}.ts`)
    return {argv: [process.execPath, join(ROOT, 'bin/run.js'), 'run', '--no-tui', ...flags, program, '--', ...args]}
  }
  return {
    inputs: new Inputs(join(ROOT, 'bench/data'), say),
    peers,
    isQuick,
    isFull,
    output: (name) => join(scratch, name),
    wordcount: (...args) => ({argv: [process.execPath, join(ROOT, 'bin/run.js'), 'wordcount', '--no-tui', ...args]}),
    programWith,
    program: (name, parallelism, ...args) => programWith(name, ['-p', String(parallelism)], ...args),
    compare: (contenders, wanted = {}) =>
      runRounds(contenders, {...measuring, rounds, warmUps: 1, memory: 'apart', ...limited(wanted, roundsMax)}),
  }
}

/** What was asked for limits what a scenario wishes. */
function limited<T extends {readonly rounds?: number}>(wanted: T, roundsMax: number): T {
  return wanted.rounds === undefined ? wanted : {...wanted, rounds: Math.min(wanted.rounds, roundsMax)}
}

async function versionsOf(peers: Peers): Promise<Record<string, string>> {
  const names = ['duckdb', 'mawk', 'naive-node', 'wc', 'sort-uniq'] as const
  const found = [...names.flatMap((name) => peers.find(name) ?? []), ...(await peers.records()).values()]
  const versions = Object.fromEntries(found.map(({name, version}) => [name, version]))
  return peers.flink === undefined ? versions : {...versions, Flink: peers.flink.version}
}

async function publish(report: Report, {isQuick, only}: BenchOptions): Promise<void> {
  const folder = join(ROOT, isQuick ? 'bench/data' : 'bench/results')
  const {date, commit} = report.machine
  const name = [date, commit, ...(isQuick ? ['quick'] : []), ...only].join('-')
  const page = asMarkdown(report)
  await mkdir(folder, {recursive: true})
  await writeFile(join(folder, `${name}.md`), withoutPaths(page))
  await writeFile(join(folder, `${name}.json`), withoutPaths(`${JSON.stringify(report, undefined, 1)}\n`))
  process.stdout.write(page)
  say(`\nwritten: ${join(folder, name)}.md and .json`)
}

/** Results are committed; where this checkout lies is nobody's business. */
function withoutPaths(text: string): string {
  return text.replaceAll(ROOT, '').replaceAll(process.execPath, 'node')
}

function say(text: string): void {
  process.stderr.write(`${text}\n`)
}
