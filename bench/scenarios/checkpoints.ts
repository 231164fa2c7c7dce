import {type CheckpointsSummary, readSummary, withStderr} from '../job-summary.js'
import type {Contender, Measured} from '../rounds.js'
import {type Finding, held, type Scenario, wallOf} from '../scenario.js'
import {ratiosOf, spreadOf} from '../statistics.js'

const KEYS = 1_000_000
const EVERY_SECOND = [
  ...['-D', 'execution.checkpointing.interval=1s'],
  ...['-D', 'execution.checkpointing.incremental=true'],
]

const ACCESS = {
  zipf: 'some keys are asked for often, as words are',
  uniform: 'each key is asked for as often as any other',
} as const

/** A running count of a million keys in state of a user's function, with an incremental checkpoint every second and without. */
export function checkpointsScenario(access: keyof typeof ACCESS): Scenario {
  return {
    name: `checkpoints-${access}`,
    async run(context) {
      const records = context.isQuick ? 2_000_000 : 20_000_000
      const summary = context.output(`checkpoints-${access}-summary`)
      const command = (flags: readonly string[]) =>
        withStderr(
          summary,
          context.programWith('keyed-state', ['-p', '2', '--json', ...flags], `${records}`, `${KEYS}`, access),
        )
      const seen: CheckpointsSummary[] = []
      const contenders: Contender[] = [
        {name: 'without checkpoints', command: command([])},
        {
          name: 'one every second',
          command: command(EVERY_SECOND),
          jobSeconds: () => {
            const {wallMs, checkpoints} = readSummary(summary)
            seen.push(checkpoints)
            return wallMs / 1000
          },
        },
      ]
      const measured = await context.compare(contenders, {rounds: 3})
      const [without, with_] = measured
      const findings: Finding[] = [
        held(
          {what: 'throughput with ÷ without', value: ratiosOf(wallOf(without), wallOf(with_)), unit: '×'},
          {min: 0.9},
          context,
        ),
        {what: 'CPU time with ÷ without', value: ratiosOf(cpuOf(with_), cpuOf(without)), unit: '×'},
        held(
          {
            what: 'longest stop of a subtask for a snapshot, ms',
            value: spreadOf(seen.map(({longestStopMs}) => longestStopMs)),
            unit: '',
          },
          {max: 5},
          context,
        ),
        {what: 'checkpoints a run', value: spreadOf(seen.map(({completed}) => completed)), unit: ''},
        {
          what: 'written for the last ÷ all it refers to',
          value: spreadOf(seen.map(({last}) => (last?.checkpointedBytes ?? Number.NaN) / (last?.stateBytes ?? 1))),
          unit: '×',
        },
      ]
      return {
        title: `Checkpoints: ${KEYS / 1e6} M keys, ${records / 1e6} M records, ${ACCESS[access]}`,
        measured,
        findings,
        notes: ['Times are those of the whole command: its start, and the first time each key is seen, are in both.'],
      }
    },
  }
}

function cpuOf(measured: Measured): readonly number[] {
  return measured.runs.map(({cpuSeconds}) => cpuSeconds)
}
