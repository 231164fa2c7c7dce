import {parseArgs} from 'node:util'
import {SCENARIOS} from './scenarios/index.js'

export interface BenchOptions {
  readonly isQuick: boolean
  readonly isFull: boolean
  readonly withPeers: boolean
  readonly rounds: number
  /** Scenarios with a number of rounds of their own make no more than this. */
  readonly roundsMax: number
  /** Names of the scenarios to run; empty: all that are not too long. */
  readonly only: readonly string[]
}

export const USAGE = `usage: npm run bench -- [options]
  --with-peers   install peers that are missing (DuckDB and Flink from PyPI, mawk by apt) into bench/peers
  --quick        a tenth of each text and 2 rounds: shows that everything runs, says nothing about bars
  --full         long scenarios and slow peers as well
  --only NAME    this scenario only (may be repeated): ${SCENARIOS.map(({name}) => name).join(', ')}
  --rounds N     counted rounds (default 5, or what the scenario needs), after one that is not counted
`

/** Throws a sentence for what it does not know. */
export function readOptions(argv: readonly string[]): BenchOptions {
  const {values} = parseArgs({
    args: [...argv],
    options: {
      quick: {type: 'boolean', default: false},
      full: {type: 'boolean', default: false},
      'with-peers': {type: 'boolean', default: false},
      only: {type: 'string', multiple: true, default: []},
      rounds: {type: 'string'},
    },
  })
  const rounds = Number(values.rounds ?? (values.quick ? 2 : 5))
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds ${values.rounds} is not a whole number from 1`)
  for (const name of values.only) {
    if (!SCENARIOS.some((scenario) => scenario.name === name)) throw new Error(`there is no scenario "${name}"`)
  }
  const isLimited = values.quick || values.rounds !== undefined
  const roundsMax = isLimited ? rounds : Number.POSITIVE_INFINITY
  return {
    isQuick: values.quick,
    isFull: values.full,
    withPeers: values['with-peers'],
    rounds,
    roundsMax,
    only: values.only,
  }
}
