// Goal: windows of numbers are in a snapshot as they were at the barrier, however many keys come and change while it is written, also where a
// snapshot has only what changed since the last completed one, and are the same at any parallelism afterwards.
// Method: thousands of keys in a few windows (several pages, tables that grow), snapshots that are written piece by piece between batches and
// completed or given up at random; the last one that was written is restored and brought to its end. The oracle adds up in Maps.
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {keyGroupForHash, keyGroupRangeOf, type RestoredOperatorState} from '../../src/core/index.js'
import {createWindowOperator, SlidingEventTimeWindows, TumblingEventTimeWindows} from '../../src/operators/index.js'
import {SeededRandom} from '../../src/platform/index.js'
import {readStoredEntries} from '../../src/state/index.js'
import {hashKey} from '../../src/types/index.js'
import {propertyOptions} from '../support/property-options.js'
import {type OperatorSnapshotWriting, RecordHarness} from '../support/record-harness.js'
import {StateFiles} from '../support/state-files.js'

interface Element {
  readonly key: unknown
  readonly n: number
}

/** Window start and key to sum. */
type Sums = Map<string, number>

const WINDOW_MS = 100

/** Keys that are only integers, only texts, or texts behind some integers: then no window of both kinds stays one of numbers. */
const KEY_KINDS = {
  integers: (i: number) => (i * 7919) % 100_003,
  texts: (i: number) =>
    `key ${i}${i % 50 === 0 ? ' which is longer than sixteen characters' : ''}${i % 70 === 0 ? '水' : ''}`,
  both: (i: number) => (i % 1000 === 999 ? `key ${i}` : i),
}

const sum = {createAccumulator: () => 0, add: ({n}: Element, total: number) => total + n, getResult: (n: number) => n}
const toRecord = (key: unknown, total: number, window: {start: number}) => [`${window.start} ${String(key)}`, total]

function makeOperator(isSliding: boolean) {
  const assigner = isSliding
    ? SlidingEventTimeWindows.of(WINDOW_MS, WINDOW_MS / 2)
    : TumblingEventTimeWindows.of(WINDOW_MS)
  const computation = {kind: 'aggregate', aggregate: sum, finish: {kind: 'toRecord', toRecord}}
  return createWindowOperator<Element, unknown, never, unknown, unknown>({
    keySelector: 'key',
    assigner,
    computation,
  } as never)
}

function isOf(key: unknown, subtask: number, parallelism: number): boolean {
  const {keyGroupStart, keyGroupEndInclusive} = keyGroupRangeOf(subtask, parallelism, 128)
  const keyGroup = keyGroupForHash(hashKey(key), 128)
  return keyGroup >= keyGroupStart && keyGroup <= keyGroupEndInclusive
}

/** Several subtasks, and what their open windows must hold. */
class Job {
  readonly harnesses: readonly RecordHarness[]
  readonly open: Sums = new Map()
  private watermarkMs = -1

  constructor(
    private readonly isSliding: boolean,
    readonly files: StateFiles,
    readonly parallelism: number,
    restored?: RestoredOperatorState,
  ) {
    this.harnesses = Array.from({length: parallelism}, (_, subtaskIndex) =>
      new RecordHarness(makeOperator(isSliding), {
        subtaskIndex,
        parallelism,
        files,
        ...(restored === undefined ? {} : {restored}),
      }).open(),
    )
  }

  process(elements: readonly Element[], at: number): void {
    for (const {key, n} of elements) this.count(`${String(key)}`, n, at)
    this.harnesses.forEach((harness, subtask) => {
      const own = elements.filter(({key}) => isOf(key, subtask, this.parallelism))
      if (own.length > 0) harness.process(own, {timestamps: at})
    })
  }

  watermark(at: number): void {
    this.watermarkMs = at
    for (const harness of this.harnesses) harness.watermark(at)
    for (const window of [...this.open.keys()])
      if (Number.parseInt(window, 10) + WINDOW_MS - 1 <= at) this.open.delete(window)
  }

  end(): Sums {
    for (const harness of this.harnesses) {
      harness.take()
      harness.end()
    }
    return new Map(this.harnesses.flatMap((harness) => harness.values as [string, number][]))
  }

  private count(key: string, n: number, at: number): void {
    const slideMs = this.isSliding ? WINDOW_MS / 2 : WINDOW_MS
    const last = Math.floor(at / slideMs) * slideMs
    for (let start = last; start > at - WINDOW_MS; start -= slideMs) {
      if (start + WINDOW_MS - 1 <= this.watermarkMs) continue
      const name = `${start} ${key}`
      this.open.set(name, (this.open.get(name) ?? 0) + n)
    }
  }
}

interface Taken {
  readonly checkpointId: number
  readonly expected: Sums
  readonly writing: readonly OperatorSnapshotWriting[]
}

const rounds = fc.array(
  fc.record({
    elementCount: fc.integer({min: 1, max: 2500}),
    keyCount: fc.constantFrom(50, 1500, 4000),
    passMs: fc.integer({min: 0, max: 40}),
    hasWatermark: fc.boolean(),
    takes: fc.constantFrom('nothing', 'full', 'incremental', 'incremental'),
    steps: fc.integer({min: 0, max: 4}),
    ends: fc.constantFrom('completed', 'completed', 'written', 'aborted'),
  }),
  {minLength: 2, maxLength: 12},
)

describe('windows of numbers in snapshots', () => {
  it.each(Object.keys(KEY_KINDS) as (keyof typeof KEY_KINDS)[])('%s as keys', (kind) => {
    const property = fc.property(
      rounds,
      fc.boolean(),
      fc.constantFrom(1, 2, 3),
      fc.constantFrom(1, 2, 4),
      fc.nat(),
      (given, isSliding, before, after, seed) => {
        const random = new SeededRandom(seed)
        const files = new StateFiles()
        const job = new Job(isSliding, files, before)
        let at = 0
        let taken: Taken | undefined
        let last: {readonly restored: RestoredOperatorState; readonly expected: Sums} | undefined
        given.forEach((round, index) => {
          at += round.passMs
          for (let left = round.elementCount; left > 0; left -= 1000) {
            job.process(
              Array.from({length: Math.min(left, 1000)}, () => ({
                key: KEY_KINDS[kind](Math.floor(random.next() * round.keyCount)),
                n: Math.floor(random.next() * 9) - 1,
              })),
              at,
            )
            for (const one of taken?.writing ?? []) for (let i = 0; i < round.steps; i++) one.step()
          }
          if (round.hasWatermark) job.watermark(at)
          if (taken !== undefined) {
            const snapshots = taken.writing.map((one) => one.finish())
            last = {restored: dealtOut(snapshots), expected: taken.expected}
            for (const {operator} of job.harnesses)
              if (round.ends === 'completed') operator.checkpointCompleted?.(taken.checkpointId)
              else if (round.ends === 'aborted') operator.checkpointAborted?.(taken.checkpointId)
            taken = undefined
          }
          if (round.takes === 'nothing') return
          const writing = job.harnesses.map((one) => one.beginSnapshot(index + 1, round.takes === 'incremental'))
          taken = {checkpointId: index + 1, expected: new Map(job.open), writing}
        })
        const atEnd = sorted(job.open)
        expect(sorted(job.end())).toEqual(atEnd)
        if (last === undefined) return
        expect(sorted(last.restored.keyed.flatMap((handle) => stored(handle, files)))).toEqual(sorted(last.expected))
        const restored = new Job(isSliding, files, after, last.restored)
        expect(sorted(restored.end())).toEqual(sorted(last.expected))
      },
    )
    fc.assert(property, propertyOptions(12))
  })
})

/** What those see who look into a snapshot. */
function stored(handle: RestoredOperatorState['keyed'][number], files: StateFiles): readonly [string, number][] {
  const entries = readStoredEntries(handle, {operatorName: 'any', maxParallelism: 128, readFile: files.read})
  return [...entries.values()].flatMap(({state, key, namespace, value}): [string, number][] => {
    if (state === 'aligned-numbers') return [[`${String(namespace)} ${String(key)}`, value as number]]
    return Array.from(value as Map<number, number>, ([start, total]) => [`${start} ${String(key)}`, total])
  })
}

function dealtOut(snapshots: readonly RestoredOperatorState[]): RestoredOperatorState {
  const [{operatorId}] = snapshots
  return {operatorId, keyed: snapshots.flatMap(({keyed}) => keyed), lists: []}
}

function sorted(entries: Iterable<[string, number]>): readonly [string, number][] {
  return [...entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
}
