/**
 * Goal    head, sample, top, sort and settle give the records they promise, when they promise them, whatever the room, and the ledger balances.
 * Method  The operators in the record harness (borrowed batches, little room, time moved by hand); random records against plain sorting
 *         and counting.
 */
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {MAX_TIMESTAMP_MS} from '../../../../src/core/index.js'
import {
  compareValues,
  HeadOperator,
  type Operator,
  ReservoirOperator,
  SampleOperator,
  SettleOperator,
  SortOperator,
  TopOperator,
} from '../../../../src/operators/index.js'
import {propertyOptions} from '../../../support/property-options.js'
import {RecordHarness} from '../../../support/record-harness.js'
import {StateFiles} from '../../../support/state-files.js'

const times = {quietMs: 200, mostMs: 1000}
const ENDS = [{watermark: MAX_TIMESTAMP_MS}]

/** Gives the rows in batches, with little room. */
function run(operator: ConstructorParameters<typeof RecordHarness>[0], rows: readonly unknown[], batchRows = 3) {
  const harness = new RecordHarness(operator, {roomPerTurn: 1}).open()
  for (let from = 0; from < rows.length; from += batchRows) harness.process(rows.slice(from, from + batchRows))
  harness.end()
  expect(harness.ledger).toBe(0)
  return harness
}

describe('head', () => {
  it('gives the first records, with their times, and has enough then', () => {
    const head = new HeadOperator(3)
    const harness = new RecordHarness(head, {roomPerTurn: 1}).open()
    harness.process(['a', 'b'], {timestamps: [1, 2]})
    expect(head.hasEnough()).toBe(false)
    harness.process(['c', 'd'], {timestamps: [3, 4]})
    expect(head.hasEnough()).toBe(true)
    harness.process(['e'])
    expect(harness.end()).toEqual([
      {value: 'a', timestampMs: 1},
      {value: 'b', timestampMs: 2},
      {value: 'c', timestampMs: 3},
      ...ENDS,
    ])
    expect(harness.ledger).toBe(0)
  })

  it('has enough of nothing from the beginning', () => {
    expect(new RecordHarness(new HeadOperator(0)).open().operator.hasEnough?.()).toBe(true)
  })
})

describe('top', () => {
  it('agrees with sorting all and taking the first', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({min: 0, max: 20})), fc.integer({min: 1, max: 6}), (numbers, count) => {
        const rows = numbers.map((rank, place) => ({rank, place}))
        const expected = [...rows].sort((a, b) => b.rank - a.rank || a.place - b.place).slice(0, count)
        const top = new TopOperator<{rank: number}>({count, by: (row) => row.rank})
        expect(run(top, rows).values).toEqual(expected)
      }),
      propertyOptions(),
    )
  })

  it('agrees with sorting the newest of each key, also where one becomes less', () => {
    const update = fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.integer({min: 0, max: 9}))
    fc.assert(
      fc.property(fc.array(update), fc.integer({min: 1, max: 4}), (updates, count) => {
        const expected = [...new Map(updates)].map(([key, rank], place) => ({key, rank, place}))
        expected.sort((a, b) => b.rank - a.rank || a.place - b.place)
        const top = new TopOperator<[string, number]>({count, by: ([, rank]) => rank, keyOf: ([key]) => key})
        expect(run(top, updates).values).toEqual(expected.slice(0, count).map(({key, rank}) => [key, rank]))
      }),
      propertyOptions(),
    )
  })

  it('gives the list anew when it has changed and the input is quiet, and once more only if it changes', () => {
    const harness = new RecordHarness(new TopOperator<number>({count: 2, by: (n) => n, times})).open()
    harness.process([3, 1])
    harness.moveTo(150).process([2])
    harness.moveTo(349)
    expect(harness.values).toEqual([])
    harness.moveTo(350)
    expect(harness.values).toEqual([3, 2])
    harness.process([1]).moveTo(2000)
    expect(harness.values).toEqual([3, 2])
    harness.process([9]).moveTo(3000)
    expect(harness.values).toEqual([3, 2, 9, 3])
    harness.end()
    expect(harness.values).toEqual([3, 2, 9, 3])
  })

  it('ranks what has no rank last', () => {
    const rows = [{}, {n: Number.NaN}, {n: null}, {n: -5}, {n: 'a'}]
    const top = new TopOperator<{n?: unknown}>({count: 2, by: ({n}) => n})
    expect(run(top, rows).values).toEqual([{n: 'a'}, {n: -5}])
  })
})

describe('sort', () => {
  it('agrees with a stable sort, both ways', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({min: 0, max: 9})), fc.boolean(), (numbers, isDescending) => {
        const rows = numbers.map((rank, place) => ({rank, place}))
        const sign = isDescending ? -1 : 1
        const expected = [...rows].sort((a, b) => sign * (a.rank - b.rank) || a.place - b.place)
        const sort = new SortOperator<{rank: number}>({by: (row) => row.rank, isDescending})
        expect(run(sort, rows).values).toEqual(expected)
      }),
      propertyOptions(),
    )
  })

  it('gives nothing before the end, and all before the end of event time goes on', () => {
    const harness = new RecordHarness(new SortOperator<number>({by: (n) => n, isDescending: false})).open()
    harness.process([2, 1]).watermark(5).moveTo(100_000)
    expect(harness.take()).toEqual([{watermark: 5}])
    expect(harness.end()).toEqual([{value: 1}, {value: 2}, ...ENDS])
  })
})

describe('compareValues', () => {
  it('orders every kind of value, what is missing last', () => {
    const day = new Date(5)
    const ordered = [false, true, -1, 3n, day, 10, 'A', 'a', 'aa', [1], [1, 2], [2], null]
    for (const [i, a] of ordered.entries())
      for (const [j, b] of ordered.entries())
        expect([a, b, Math.sign(compareValues(a, b))]).toEqual([a, b, Math.sign(i - j)])
  })

  it('is an order', () => {
    const value = fc.oneof(fc.integer(), fc.string(), fc.boolean(), fc.constant(null), fc.array(fc.integer()))
    fc.assert(
      fc.property(value, value, value, (a, b, c) => {
        expect(Math.sign(compareValues(a, b))).toBe(-Math.sign(compareValues(b, a)) + 0 || 0)
        if (compareValues(a, b) <= 0 && compareValues(b, c) <= 0) expect(compareValues(a, c)).toBeLessThanOrEqual(0)
      }),
      propertyOptions(),
    )
  })
})

describe('sample', () => {
  const rows = Array.from({length: 20_000}, (_, index) => index)

  it('takes about the fraction it is told, the same for the same seed and not for another', () => {
    const taken = (seed: number) => run(new SampleOperator(0.1, seed), rows, 1000).values
    expect(taken(1)).toEqual(taken(1))
    expect(taken(1)).not.toEqual(taken(2))
    // 2000 expected, standard deviation 42: six of them.
    expect(Math.abs(taken(1).length - 2000)).toBeLessThan(255)
    expect(run(new SampleOperator(0, 1), rows, 1000).values).toEqual([])
  })

  it('takes so many of all, in order, each as likely', () => {
    const hits = new Array<number>(20).fill(0)
    for (let seed = 0; seed < 2000; seed++) {
      const values = run(new ReservoirOperator(5, seed), rows.slice(0, 20), 20).values as number[]
      expect(values).toEqual([...values].sort((a, b) => a - b))
      expect(new Set(values).size).toBe(5)
      for (const value of values) hits[value] += 1
    }
    // 500 expected, standard deviation 19: six of them.
    for (const hit of hits) expect(Math.abs(hit - 500)).toBeLessThan(117)
    expect(run(new ReservoirOperator(5, 1), [1, 2]).values).toEqual([1, 2])
  })
})

describe('settle', () => {
  const settle = () => new SettleOperator<[unknown, number]>({keyOf: ([key]) => key, times})

  it('gives the newest of each key when the input is quiet', () => {
    const harness = new RecordHarness(settle()).open()
    harness
      .process([
        ['a', 1],
        ['b', 1],
        ['a', 2],
      ])
      .moveTo(199)
    expect(harness.values).toEqual([])
    harness.moveTo(200)
    expect(harness.values).toEqual([
      ['a', 2],
      ['b', 1],
    ])
    harness.process([['b', 2]]).moveTo(400)
    expect(harness.values.slice(2)).toEqual([['b', 2]])
    harness.end()
    expect(harness.ledger).toBe(0)
  })

  it('waits no longer than it may where the input is never quiet', () => {
    const harness = new RecordHarness(settle()).open()
    for (let n = 0; n < 10; n++) harness.moveTo(n * 100).process([['a', n]])
    expect(harness.values).toEqual([])
    harness.moveTo(1000)
    expect(harness.values).toEqual([['a', 9]])
    harness.end()
  })

  it('gives each key once, in the order of their first records, where the input just ends; arrays are keys', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('a', ['x', 1], ['x', 2], null), fc.integer())), (updates) => {
        const newest = new Map(updates.map(([key, n]) => [JSON.stringify(key), [key, n]]))
        expect(run(settle(), updates).values).toEqual([...newest.values()])
      }),
      propertyOptions(),
    )
  })
})

const asTheyAre = (values: readonly unknown[]): unknown => values
const newestOfEach = (values: readonly unknown[]): unknown =>
  Object.fromEntries(values.map((value) => [Number(value) % 5, value]))

describe('snapshots', () => {
  const by = (n: number) => n % 7
  it.each<[string, () => Operator, typeof newestOfEach?]>([
    ['head', () => new HeadOperator(5)],
    ['top', () => new TopOperator<number>({count: 3, by})],
    ['top of keys', () => new TopOperator<number>({count: 3, by, keyOf: (n) => n % 5})],
    ['sort', () => new SortOperator<number>({by, isDescending: true})],
    ['reservoir', () => new ReservoirOperator(4, 3)],
    // Settled results leave before a barrier; those of a key replace each other.
    ['settle', () => new SettleOperator<number>({keyOf: (n) => n % 5, times}), newestOfEach],
  ])('%s gives the same when it was killed and goes on from one', (_, make, newest = asTheyAre) => {
    fc.assert(
      fc.property(fc.array(fc.nat(50), {maxLength: 20}), fc.nat(20), (rows, at) => {
        const files = new StateFiles()
        const first = new RecordHarness(make(), {files}).open().process(rows.slice(0, at))
        const restored = first.snapshot(1)
        const before = first.take()
        first.process([49, 48])
        first.kill()
        const second = new RecordHarness(make(), {files, restored}).open().process(rows.slice(at))
        second.end()
        const whole = [...before, ...second.emissions].flatMap((one) => ('value' in one ? [one.value] : []))
        const straight = run(make(), rows).values
        expect(newest(whole)).toEqual(newest(straight))
      }),
      propertyOptions(),
    )
  })
})
