import type {Inputs} from './inputs.js'
import type {Command} from './measure.js'
import type {Peers} from './peers.js'
import type {Contender, Measured} from './rounds.js'
import {ratiosOf, type Spread} from './statistics.js'

/** One question to the product, with its answer in figures. */
export interface Scenario {
  readonly name: string
  /** Whether it takes so long that only `--full` or `--only` runs it. */
  readonly isLong?: boolean
  run(context: ScenarioContext): Promise<Outcome>
}

export interface Outcome {
  readonly title: string
  readonly measured: readonly Measured[]
  readonly findings: readonly Finding[]
  /** What a reader must know: what was left out, where answers differ. */
  readonly notes: readonly string[]
}

/** A figure, and the bar that it is held to. */
export interface Finding {
  readonly what: string
  readonly value: Spread
  readonly unit: '×' | 's' | 'MB' | ''
  readonly bar?: string
  /** Absent where there is no bar, or where a shortened run cannot say. */
  readonly isMet?: boolean
}

/** What scenarios use. */
export interface ScenarioContext {
  readonly inputs: Inputs
  readonly peers: Peers
  /** Shortened: inputs are a tenth, so bars say nothing. */
  readonly isQuick: boolean
  readonly isFull: boolean
  /** A path for a result, which no other contender uses. */
  output(name: string): string
  /** `fts wordcount` with these arguments. */
  wordcount(...args: readonly string[]): Command
  /** `fts run` of a program in bench/programs, by its name. */
  program(name: string, parallelism: number, ...args: readonly string[]): Command
  /** The same with options of `fts run`. */
  programWith(name: string, flags: readonly string[], ...args: readonly string[]): Command
  compare(contenders: readonly Contender[], options?: CompareOptions): Promise<Measured[]>
}

export interface CompareOptions {
  readonly rounds?: number
  readonly warmUps?: number
  /** Default: `apart`. */
  readonly memory?: 'apart' | 'within'
}

/** A peer that a scenario names, by its short name. */
export interface PeerBar<Name extends string = string> {
  readonly peer: Name
  /** Our wall time ÷ theirs; absent: shown only. */
  readonly ratioMax?: number
}

/** Holds a figure to a bar: `max` or `min` is in the figure's unit, `than` says of what. */
export function held(
  figure: Pick<Finding, 'what' | 'value' | 'unit'>,
  bar: {readonly max?: number; readonly min?: number},
  {isQuick}: Pick<ScenarioContext, 'isQuick'>,
): Finding {
  const [sign, limit] = bar.max === undefined ? ['≥', bar.min ?? 0] : ['≤', bar.max]
  const isMet = sign === '≥' ? figure.value.median >= limit : figure.value.median <= limit
  return {...figure, bar: `${sign} ${limit}`, ...(isQuick ? {} : {isMet})}
}

/** Our first contender's wall time ÷ a peer's; nothing where the peer did not run. */
export function againstPeer(
  context: ScenarioContext,
  {peer, ratioMax}: PeerBar,
  measured: readonly Measured[],
  entries: readonly {readonly peer?: string}[],
): Finding[] {
  const index = entries.findIndex((entry) => entry.peer === peer)
  if (index === -1) return []
  const value = ratiosOf(wallOf(measured[0]), wallOf(measured[index]))
  const finding = {what: `fts -p 2 ÷ ${measured[index].name}`, value, unit: '×'} as const
  return [ratioMax === undefined ? finding : held(finding, {max: ratioMax}, context)]
}

export function wallOf(measured: Measured): readonly number[] {
  return measured.runs.map((run) => run.wallSeconds)
}

export function jobSecondsOf(measured: Measured): readonly number[] {
  return measured.runs.map((run) => run.jobSeconds ?? Number.NaN)
}
