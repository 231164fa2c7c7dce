import {readFileSync} from 'node:fs'
import type {Command} from '../measure.js'
import {held, type Scenario, wallOf} from '../scenario.js'
import {ratiosOf} from '../statistics.js'

const MEGABYTE = 2 ** 20
const VALUE_BYTES = 1000
const SLOTS = 2
/** State ÷ the memory that RocksDB and its rows in memory have. */
const TIMES_MEMORY = 4
/** What a TaskManager has by default, and the process of the command beside it. */
const PROCESSES_MB_MAX = 512 + 100

/** State that is four times as large as its memory, in RocksDB, beside the same state on the heap, which has to have all of it. */
export const stateBackends: Scenario = {
  name: 'state-backends',
  async run(context) {
    const memoryMb = context.isQuick ? 16 : 64
    const keys = (TIMES_MEMORY * memoryMb * MEGABYTE) / VALUE_BYTES
    const records = Math.round(2 * keys)
    const run = (backend: string, flags: readonly string[]): Command => {
      const args = [`${records}`, `${Math.round(keys)}`, `${VALUE_BYTES}`]
      return {
        ...context.programWith('large-state', ['-p', String(SLOTS), ...flags], ...args),
        stdoutPath: context.output(backend),
      }
    }
    const perSlot = `${memoryMb / SLOTS}m`
    const measured = await context.compare(
      [
        {
          name: 'rocksdb',
          command: run('rocksdb', [
            ...['-D', 'state.backend.type=rocksdb'],
            ...['-D', `state.backend.rocksdb.memory.fixed-per-slot=${perSlot}`],
          ]),
        },
        {
          name: 'hashmap',
          command: run('hashmap', [
            '-D',
            'taskmanager.memory.flink.size=2g',
            '-D',
            'taskmanager.memory.managed.fraction=0.1',
          ]),
        },
      ],
      {rounds: context.isQuick ? 1 : 3, memory: 'within'},
    )
    const [rocksdb, hashmap] = measured
    for (const {name} of measured) check(context.output(name), {keys: Math.round(keys), records})
    const inMegabytes = (bytes: number) => bytes / MEGABYTE
    const memory = ({median, min, max, count}: typeof rocksdb.rssPeakBytes) => ({
      median: inMegabytes(median),
      min: inMegabytes(min),
      max: inMegabytes(max),
      count,
    })
    return {
      title: `${TIMES_MEMORY * memoryMb} MB of state, ${memoryMb} MB of memory for it, ${(records / 1e6).toFixed(1)} M records`,
      measured,
      findings: [
        {what: 'time in rocksdb ÷ on the heap', value: ratiosOf(wallOf(rocksdb), wallOf(hashmap)), unit: '×'},
        held(
          {what: 'rocksdb: RSS, sum, peak', value: memory(rocksdb.rssPeakBytes), unit: 'MB'},
          {max: PROCESSES_MB_MAX},
          context,
        ),
        {what: 'hashmap: RSS, sum, peak', value: memory(hashmap.rssPeakBytes), unit: 'MB'},
      ],
      notes: [
        `Each key has a record of ${VALUE_BYTES} bytes that is read and written at every visit; keys are visited at random, so most are not in memory.`,
        'Both say how many keys and records they had, which is checked.',
      ],
    }
  },
}

/** Throws if a job did not have all keys and records. */
function check(answer: string, {keys, records}: {readonly keys: number; readonly records: number}): void {
  // Without the number of the subtask that printed a line.
  const lines = readFileSync(answer, 'utf8')
    .trim()
    .replaceAll(/^\d+> /gm, '')
    .split('\n')
    .sort()
  const expected = [`keys ${keys}`, `records ${records}`]
  if (lines.join() !== expected.join()) throw new Error(`expected ${expected.join(', ')}, got ${lines.join(', ')}`)
}
