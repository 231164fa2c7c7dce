/**
 * Goal    head, top, sort, uniq, sample, eventTime and settled updates do in a pipeline what their docstrings say, at any parallelism.
 * Method  Whole pipelines in the JobDriver, in virtual time and over many interleavings.
 */
import {describe, expect, it} from 'vitest'
import {JobDriver} from '../../../src/testing/index.js'

const SEEDS = Array.from({length: 10}, (_, seed) => seed)

describe('top', () => {
  it.each(SEEDS)('counts each key once, whatever its running counts were (seed %i)', async (seed) => {
    const job = new JobDriver({parallelism: 2, seed})
    const words = job.source<string>()
    const top = job.collect(() =>
      words.stream
        .keyBy((word) => word)
        .count()
        .filter(([, n]) => n > 0)
        .top(2),
    )
    words.emitAll(['a', 'b', 'a', 'c', 'a', 'b'])
    await job.run()
    expect(top.values.slice(-2)).toEqual([
      ['a', 3],
      ['b', 2],
    ])
  })

  it('refuses what it cannot rank by', () => {
    const job = new JobDriver()
    const records = job.source<{n: number}>()
    expect(() => job.collect(() => records.stream.top(0))).toThrow('top got 0')
    expect(() => job.collect(() => records.stream.sample(-1))).toThrow('sample got -1')
    expect(() => job.collect(() => records.stream.sort('n', 'up' as never))).toThrow('order of sort got up')
  })
})

describe('settled updates', () => {
  it('give the newest of each key when the input is quiet, also of an aggregate that does not name it', async () => {
    const job = new JobDriver({nowMs: 0})
    const words = job.source<string>()
    const sums = job.collect(() => {
      job.env.settleUpdates('100ms', '1s')
      const longest = {
        createAccumulator: () => 0,
        add: (word: string, length: number) => Math.max(word.length, length),
        getResult: (length: number) => length,
      }
      return words.stream.keyBy((word) => word[0]).aggregate(longest)
    })
    words.emitAll(['a', 'bb', 'aaa', 'b'])
    await job.settle()
    expect(sums.values).toEqual([])
    await job.advanceBy(101)
    expect(sums.take()).toEqual([3, 2])
    words.emit('bbbb')
    await job.run()
    expect(sums.take()).toEqual([4])
  })
})

describe('uniq', () => {
  it('lets each record through once, by itself or by a key', async () => {
    const job = new JobDriver({parallelism: 3})
    const rows = job.source<{k: string; n: number}>()
    const {all, keys} = job.collect(() => ({all: rows.stream.uniq(), keys: rows.stream.uniq('k')}))
    rows.emitAll([
      {k: 'a', n: 1},
      {k: 'a', n: 1},
      {k: 'a', n: 2},
      {k: 'b', n: 1},
    ])
    await job.run()
    expect(all.values.map(({k, n}) => `${k}${n}`).sort()).toEqual(['a1', 'a2', 'b1'])
    expect(keys.values.map(({k}) => k).sort()).toEqual(['a', 'b'])
  })
})

describe('eventTime', () => {
  it.each([
    ['a Date', (ms: number) => new Date(ms)],
    ['a number', (ms: number) => ms],
    ['an ISO text', (ms: number) => new Date(ms).toISOString()],
  ])('takes %s', async (_, timeOf) => {
    const job = new JobDriver()
    const rows = job.source<{at: unknown}>()
    const timed = job.collect(() => rows.stream.eventTime('at'))
    rows.emit({at: timeOf(1234)})
    await job.run()
    expect(timed.records.map(({timestampMs}) => timestampMs)).toEqual([1234])
  })
})

describe('sort and head', () => {
  it.each(SEEDS)('order records of all subtasks (seed %i)', async (seed) => {
    const job = new JobDriver({parallelism: 3, seed})
    const numbers = job.source<number>({parallelism: 2})
    const first = job.collect(() =>
      numbers.stream
        .map((n) => n * 2)
        .sort(undefined, 'descending')
        .head(3),
    )
    numbers.emitAll([5, 1, 4, 2, 3])
    await job.run()
    expect(first.values).toEqual([10, 8, 6])
  })
})
