// Goal: fullWindowPartition gives, for each subtask or each key, what a plain computation over its records gives, when the input has ended.
// Method: jobs run by a JobDriver at several parallelisms; for state, the record harness.
import {describe, expect, it} from 'vitest'
import {program} from '../../../src/api/index.js'
import {MapPartitionOperator, PartitionFoldOperator} from '../../../src/operators/index.js'
import {JobDriver} from '../../../src/testing/index.js'
import {RecordHarness} from '../../support/record-harness.js'
import {StateFiles} from '../../support/state-files.js'

const {StreamExecutionEnvironment} = program

type Row = {readonly key: string; readonly n: number}

const ROWS = Array.from({length: 60}, (_, n): Row => ({key: `k${n % 4}`, n: (n * 37) % 60}))

async function collected<R>(
  parallelism: number,
  build: (rows: program.DataStream<Row>) => program.DataStream<R>,
): Promise<readonly R[]> {
  return new JobDriver({parallelism, seed: parallelism}).runProgram(async () => {
    const env = StreamExecutionEnvironment.getExecutionEnvironment()
    return build(env.fromCollection(ROWS).rebalance()).executeAndCollect()
  })
}

const sumOf = (rows: Iterable<Row>) => [...rows].reduce((sum, {n}) => sum + n, 0)
const TOTAL = sumOf(ROWS)

describe.each([1, 3])('at parallelism %i', (parallelism) => {
  it('mapPartition sees each record once, in one call for each subtask', async () => {
    const parts = await collected(parallelism, (rows) =>
      rows.fullWindowPartition().mapPartition<[number, number]>((values, out) => {
        const all = [...values]
        out.collect([all.length, sumOf(all)])
      }),
    )
    expect(parts).toHaveLength(parallelism)
    expect(parts.reduce((sum, [count]) => sum + count, 0)).toBe(60)
    expect(parts.reduce((sum, [, part]) => sum + part, 0)).toBe(TOTAL)
  })

  it('mapPartition of a class, with what it answers behind what it collects', async () => {
    const opened: string[] = []
    class Sum implements program.RichFunction {
      open(): void {
        opened.push('open')
      }
      mapPartition(values: Iterable<Row>, out: program.Collector<string>): Iterable<string> {
        out.collect('first')
        return [`sum ${sumOf(values)}`]
      }
    }
    const results = await collected(parallelism, (rows) => rows.global().fullWindowPartition().mapPartition(new Sum()))
    expect(results).toEqual(['first', `sum ${TOTAL}`])
    expect(opened).toHaveLength(parallelism)
  })

  it('sortPartition', async () => {
    const sorted = await collected(parallelism, (rows) =>
      rows.global().fullWindowPartition().sortPartition('n', 'descending'),
    )
    expect(sorted).toEqual([...ROWS].sort((a, b) => b.n - a.n))
  })

  it('aggregate and reduce', async () => {
    const sums = await collected(parallelism, (rows) =>
      rows.fullWindowPartition().aggregate({
        createAccumulator: () => 0,
        add: ({n}, sum: number) => sum + n,
        getResult: (sum) => sum,
      }),
    )
    expect([sums.length, sums.reduce((a, b) => a + b, 0)]).toEqual([parallelism, TOTAL])
    const most = await collected(parallelism, (rows) =>
      rows.fullWindowPartition().reduce((a, b) => (a.n > b.n ? a : b)),
    )
    expect([most.length, Math.max(...most.map(({n}) => n))]).toEqual([parallelism, 59])
  })

  it('partitions of keys', async () => {
    const keys = ['k0', 'k1', 'k2', 'k3']
    const of = (key: string) => ROWS.filter((row) => row.key === key)
    const byKey = (rows: program.DataStream<Row>) => rows.keyBy('key').fullWindowPartition()
    const mapped = await collected(parallelism, (rows) =>
      byKey(rows).mapPartition(function* (values) {
        const all = [...values]
        yield `${all[0].key} ${all.length} ${sumOf(all)}`
      }),
    )
    expect([...mapped].sort()).toEqual(keys.map((key) => `${key} 15 ${sumOf(of(key))}`))
    const sorted = await collected(parallelism, (rows) => byKey(rows).sortPartition(({n}) => n))
    for (const key of keys) expect(sorted.filter((row) => row.key === key)).toEqual(of(key).sort((a, b) => a.n - b.n))
    const reduced = await collected(parallelism, (rows) => byKey(rows).reduce((a, b) => ({key: a.key, n: a.n + b.n})))
    expect([...reduced].sort((a, b) => (a.key < b.key ? -1 : 1))).toEqual(keys.map((key) => ({key, n: sumOf(of(key))})))
    const counted = await collected(parallelism, (rows) =>
      byKey(rows).aggregate({
        createAccumulator: () => 0,
        add: (_, count: number) => count + 1,
        getResult: (count) => count,
      }),
    )
    expect(counted).toEqual([15, 15, 15, 15])
  })
})

describe('partitions in checkpoints', () => {
  it('go on, also at another parallelism', () => {
    const fold = {createAccumulator: () => 0, add: (n: number, sum: number) => sum + n, getResult: (sum: number) => sum}
    const parts = [[1, 2], [10]].map((numbers) => {
      const harness = new RecordHarness(new PartitionFoldOperator(fold), {files: new StateFiles()}).open()
      return harness.process(numbers).snapshot(1)
    })
    const restored = {...parts[0], lists: parts.flatMap(({lists}) => lists)}
    const withMerge = {...fold, merge: (a: number, b: number) => a + b}
    const harness = new RecordHarness(new PartitionFoldOperator(withMerge), {restored}).open()
    harness.process([100])
    harness.end()
    expect(harness.values).toEqual([113])
    expect(() => new RecordHarness(new PartitionFoldOperator(fold), {restored}).open()).toThrow('has no merge()')
  })

  it('of mapPartition hold the records', () => {
    const make = () => new MapPartitionOperator<number, string>((values) => [[...values].join('+')])
    const first = new RecordHarness(make(), {files: new StateFiles()}).open()
    const restored = first.process([1, 2]).snapshot(1)
    const harness = new RecordHarness(make(), {restored}).open()
    harness.process([3], {timestamps: [7]})
    expect(harness.end()[0]).toEqual({value: '1+2+3', timestampMs: 7})
    expect(harness.ledger).toBe(0)
  })

  it('name what failed', () => {
    const boom = () => {
      throw new RangeError('boom')
    }
    const harness = new RecordHarness(new MapPartitionOperator<number, number>(boom)).open()
    harness.process([1])
    expect(() => harness.end()).toThrow(/the function threw RangeError: boom for the partition/)
  })
})
