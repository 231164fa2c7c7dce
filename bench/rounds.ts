import {type Command, type MeasureOptions, measure, type Run} from './measure.js'
import {type Spread, spreadOf} from './statistics.js'

/** One who takes part in a comparison. */
export interface Contender {
  readonly name: string
  readonly command: Command
  /** Done before each run, uncounted. */
  readonly prepare?: () => void
  /** Seconds of the job alone, as the program itself says after each run. */
  readonly jobSeconds?: () => number
}

/** A run, and what the program said of it. */
export interface CountedRun extends Run {
  readonly jobSeconds?: number
}

/** All counted runs of one contender, in the order of the rounds; memory is that of the runs in which it was looked at. */
export interface Measured {
  readonly name: string
  readonly argv: readonly string[]
  readonly runs: readonly CountedRun[]
  readonly wallSeconds: Spread
  readonly cpuSeconds: Spread
  readonly rssPeakBytes: Spread
  readonly pssPeakBytes: Spread
  /** Highest upper bound of all runs. */
  readonly rssUpperBoundBytes: number
  readonly processesMax: number
  readonly leftBehind: readonly string[]
}

export interface RoundsOptions extends Omit<MeasureOptions, 'looksAtMemory'> {
  readonly rounds: number
  /** `apart`: in runs of their own, after those whose time counts. `within`: in the same, where time is not held to a bar. */
  readonly memory: 'apart' | 'within'
  /** Rounds that are run first and not counted: they fill the page cache and code caches. */
  readonly warmUps: number
  readonly say: (text: string) => void
}

/**
 * Runs contenders side by side: A B C, A B C, … so that what else happens on the machine hits all of them.
 * A contender that fails ends the comparison with its name, its exit code and what it said.
 */
export async function runRounds(contenders: readonly Contender[], options: RoundsOptions): Promise<Measured[]> {
  const isWithin = options.memory === 'within'
  const runs = new Map<Contender, CountedRun[]>(contenders.map((contender) => [contender, []]))
  for (let round = -options.warmUps; round < options.rounds; round++) {
    const label = round < 0 ? 'warm-up' : `round ${round + 1}`
    for (const contender of contenders) {
      const run = await runOnce(contender, label, {...options, looksAtMemory: isWithin})
      if (round >= 0) runs.get(contender)?.push(run)
    }
  }
  const looked = isWithin ? runs : await lookAtMemory(contenders, options)
  return contenders.map((contender) => summarise(contender, runs.get(contender) ?? [], looked.get(contender) ?? []))
}

async function lookAtMemory(
  contenders: readonly Contender[],
  options: RoundsOptions,
): Promise<ReadonlyMap<Contender, readonly CountedRun[]>> {
  const looked = new Map<Contender, readonly CountedRun[]>()
  for (const contender of contenders) {
    looked.set(contender, [await runOnce(contender, 'memory', {...options, looksAtMemory: true})])
  }
  return looked
}

async function runOnce(
  contender: Contender,
  label: string,
  options: MeasureOptions & Pick<RoundsOptions, 'say'>,
): Promise<CountedRun> {
  contender.prepare?.()
  const run = await measure(contender.command, options)
  options.say(`  ${label.padEnd(8)} ${contender.name.padEnd(34)} ${run.wallSeconds.toFixed(3)} s`)
  if (run.exitCode !== 0) throw failed(contender, run)
  return contender.jobSeconds === undefined ? run : {...run, jobSeconds: contender.jobSeconds()}
}

function summarise({name, command}: Contender, runs: readonly CountedRun[], looked: readonly CountedRun[]): Measured {
  return {
    name,
    argv: command.argv,
    runs,
    wallSeconds: spreadOf(runs.map((run) => run.wallSeconds)),
    cpuSeconds: spreadOf(runs.map((run) => run.cpuSeconds)),
    rssPeakBytes: spreadOf(looked.map((run) => run.tree.rssPeakBytes)),
    pssPeakBytes: spreadOf(looked.map((run) => run.tree.pssPeakBytes)),
    rssUpperBoundBytes: Math.max(...looked.map((run) => run.tree.rssUpperBoundBytes)),
    processesMax: Math.max(...looked.map((run) => run.tree.processesMax)),
    leftBehind: [...new Set([...runs, ...looked].flatMap((run) => run.tree.leftBehind))],
  }
}

function failed({name, command}: Contender, run: Run): Error {
  return new Error(`${name} ended with ${run.exitCode}: ${command.argv.join(' ')}\n${run.stderr}`)
}
