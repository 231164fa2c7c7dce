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

/** All counted runs of one contender, in the order of the rounds. */
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

export interface RoundsOptions extends MeasureOptions {
  readonly rounds: number
  /** Rounds that are run first and not counted: they fill the page cache and code caches. */
  readonly warmUps: number
  readonly say: (text: string) => void
}

/**
 * Runs contenders side by side: A B C, A B C, … so that what else happens on the machine hits all of them.
 * A contender that fails ends the comparison with its name, its exit code and what it said.
 */
export async function runRounds(contenders: readonly Contender[], options: RoundsOptions): Promise<Measured[]> {
  const runs = new Map<Contender, CountedRun[]>(contenders.map((contender) => [contender, []]))
  for (let round = -options.warmUps; round < options.rounds; round++) {
    for (const contender of contenders) {
      const run = await runOnce(contender, options)
      const label = round < 0 ? 'warm-up' : `round ${round + 1}`
      options.say(`  ${label.padEnd(8)} ${contender.name.padEnd(34)} ${run.wallSeconds.toFixed(3)} s`)
      if (round >= 0) runs.get(contender)?.push(run)
    }
  }
  return contenders.map((contender) => summarise(contender, runs.get(contender) ?? []))
}

async function runOnce(contender: Contender, options: RoundsOptions): Promise<CountedRun> {
  contender.prepare?.()
  const run = await measure(contender.command, options)
  if (run.exitCode !== 0) throw failed(contender, run)
  return contender.jobSeconds === undefined ? run : {...run, jobSeconds: contender.jobSeconds()}
}

function summarise({name, command}: Contender, runs: readonly CountedRun[]): Measured {
  return {
    name,
    argv: command.argv,
    runs,
    wallSeconds: spreadOf(runs.map((run) => run.wallSeconds)),
    cpuSeconds: spreadOf(runs.map((run) => run.cpuSeconds)),
    rssPeakBytes: spreadOf(runs.map((run) => run.tree.rssPeakBytes)),
    pssPeakBytes: spreadOf(runs.map((run) => run.tree.pssPeakBytes)),
    rssUpperBoundBytes: Math.max(...runs.map((run) => run.tree.rssUpperBoundBytes)),
    processesMax: Math.max(...runs.map((run) => run.tree.processesMax)),
    leftBehind: runs.flatMap((run) => run.tree.leftBehind),
  }
}

function failed({name, command}: Contender, run: Run): Error {
  return new Error(`${name} ended with ${run.exitCode}: ${command.argv.join(' ')}\n${run.stderr}`)
}
