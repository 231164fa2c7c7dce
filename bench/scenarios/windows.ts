import {flinkContender} from '../flink-contender.js'
import {type CheckpointsSummary, readSummary, withStderr} from '../job-summary.js'
import type {Contender} from '../rounds.js'
import {type Finding, held, jobSecondsOf, type Scenario, wallOf} from '../scenario.js'
import {ratiosOf, spreadOf} from '../statistics.js'

const MEGABYTE = 2 ** 20
const EVERY_SECOND = [
  ...['-D', 'execution.checkpointing.interval=1s'],
  ...['-D', 'execution.checkpointing.incremental=true'],
]

/**
 * Ten-second windows of event time by key, as a stream: 100,000 keys, events up to two seconds out of order, 500,000 events in a window. A file
 * of twice the length shows whether memory follows the open windows or the input. One contender takes an incremental checkpoint every second.
 */
export const windows: Scenario = {
  name: 'windows',
  async run(context) {
    const events = context.isQuick ? 1_000_000 : 10_000_000
    const input = await context.inputs.orders(events)
    const half = await context.inputs.orders(events / 2)
    const command = (parallelism: number, path: string) =>
      context.program('windows', parallelism, path, context.output(`windows-fts-p${parallelism}`))
    const summary = context.output('windows-summary')
    const flags = ['-p', '1', '--json', ...EVERY_SECOND]
    const checkpointed = context.programWith('windows', flags, input.path, context.output('windows-fts-checkpoints'))
    const seen: CheckpointsSummary[] = []
    const contenders: Contender[] = [
      {name: 'fts -p 1', command: command(1, input.path)},
      {name: 'fts -p 1, half of the events', command: command(1, half.path)},
      {name: 'fts -p 2', command: command(2, input.path)},
      {
        name: 'fts -p 1, a checkpoint every second',
        command: withStderr(summary, checkpointed),
        jobSeconds: () => {
          const {wallMs, checkpoints} = readSummary(summary)
          seen.push(checkpoints)
          return wallMs / 1000
        },
      },
    ]
    const {flink} = context.peers
    if (flink !== undefined) {
      const stdout = context.output('flink-windows-says')
      const running = flink.records('windows', 'streaming', input.path, '-')
      contenders.push(flinkContender('Flink SQL, streaming', running, {stdout}))
    }
    const measured = await context.compare(contenders, {rounds: 3})
    const [one, shorter, two, withCheckpoints, theirs] = measured
    const perCore = spreadOf(wallOf(one).map((seconds) => events / seconds / 1e6))
    const perCoreOfJob = spreadOf(
      wallOf(one).map((seconds, round) => events / 2 / (seconds - wallOf(shorter)[round]) / 1e6),
    )
    const findings: Finding[] = [
      held({what: 'M events a second and core, whole command, -p 1', value: perCore, unit: ''}, {min: 1}, context),
      {what: 'the same without the start: the second half of the events', value: perCoreOfJob, unit: ''},
      {
        what: 'RSS of all events ÷ RSS of half of them',
        value: ratiosOf(rssOf(one), rssOf(shorter)),
        unit: '×',
      },
      held(
        {
          what: 'throughput with a checkpoint every second ÷ without',
          value: ratiosOf(wallOf(one), wallOf(withCheckpoints)),
          unit: '×',
        },
        {min: 0.9},
        context,
      ),
      {what: 'CPU time with ÷ without', value: ratiosOf(cpuOf(withCheckpoints), cpuOf(one)), unit: '×'},
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
    ]
    if (theirs !== undefined) {
      const what = "Flink's job alone ÷ fts -p 2, whole command"
      findings.push(held({what, value: ratiosOf(jobSecondsOf(theirs), wallOf(two)), unit: '×'}, {min: 3}, context))
    }
    return {
      title: `Event-time windows, ${events / 1e6} M events, 100,000 keys`,
      measured,
      findings,
      notes: ['fts writes every result as CSV; Flink gives its results to a sink that discards them.'],
    }
  },
}

function cpuOf({runs}: {readonly runs: readonly {readonly cpuSeconds: number}[]}): readonly number[] {
  return runs.map(({cpuSeconds}) => cpuSeconds)
}

function rssOf({runs}: {readonly runs: readonly {readonly tree: {readonly rssPeakBytes: number}}[]}): number[] {
  return runs.map(({tree}) => tree.rssPeakBytes / MEGABYTE)
}
