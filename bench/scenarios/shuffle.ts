import {execFile} from 'node:child_process'
import {promisify} from 'node:util'
import {held, type Scenario} from '../scenario.js'
import {ratiosOf, spreadOf} from '../statistics.js'

/** One run of each kind, as `tests/bench/shuffle.mjs --json 1` prints them. */
interface ShuffleRuns {
  readonly bare: readonly {readonly gbPerSecond: number}[]
  readonly bytes: readonly {readonly gbPerSecond: number}[]
  readonly records: readonly {readonly millionRowsPerSecond: number}[]
  readonly columns: readonly {readonly millionRowsPerSecond: number}[]
  readonly latency: readonly {readonly p50Ms: number; readonly p99Ms: number}[]
}

/** The shuffle without the rest of the engine: two slots in two threads, beside a bare pair of sockets. */
export const shuffle: Scenario = {
  name: 'shuffle',
  async run(context) {
    const runs = await measureShuffle(context.isQuick)
    const throughput = (values: readonly {readonly gbPerSecond: number}[]) => values.map((run) => run.gbPerSecond)
    const rows = (values: readonly {readonly millionRowsPerSecond: number}[]) =>
      spreadOf(values.map((run) => run.millionRowsPerSecond))
    return {
      title: 'The shuffle alone',
      measured: [],
      findings: [
        held(
          {
            what: 'text blocks in 32 KiB segments ÷ a bare pair of sockets',
            value: ratiosOf(throughput(runs.bytes), throughput(runs.bare)),
            unit: '×',
          },
          {min: 0.5},
          context,
        ),
        {what: 'text blocks, GB/s', value: spreadOf(throughput(runs.bytes)), unit: ''},
        {what: 'bare pair of sockets, GB/s', value: spreadOf(throughput(runs.bare)), unit: ''},
        held(
          {
            what: 'objects of 4 fields between two tasks, half across the socket, million a second',
            value: rows(runs.records),
            unit: '',
          },
          {min: 2.5},
          context,
        ),
        {what: 'the same as columns, million a second', value: rows(runs.columns), unit: ''},
        held(
          {
            what: 'way of a row through an idle shuffle, p99, seconds',
            value: spreadOf(runs.latency.map((run) => run.p99Ms / 1000)),
            unit: 's',
          },
          {max: 0.002},
          context,
        ),
      ],
      notes: ['Two worker threads drive tasks as a slot does; see `tests/bench/shuffle.mjs`.'],
    }
  },
}

async function measureShuffle(isQuick: boolean): Promise<ShuffleRuns> {
  const script = ['tests/bench/shuffle.mjs', 'all', '--json', '1', '--runs', isQuick ? '1' : '7']
  const {stdout} = await promisify(execFile)(process.execPath, script, {maxBuffer: 16 * 2 ** 20})
  return JSON.parse(stdout) as ShuffleRuns
}
