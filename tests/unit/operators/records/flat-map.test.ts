// Goal: flatMap emits what is collected and returned, in order, with the record's timestamp, and never more than there is room for.
// Method: the record harness; results that explode, out of an array, a collector and a generator.
import {describe, expect, it} from 'vitest'
import type {Collector} from '../../../../src/operators/index.js'
import {FlatMapOperator} from '../../../../src/operators/index.js'
import {RecordHarness} from '../../../support/record-harness.js'

const numbers = (count: number) => Array.from({length: count}, (_, i) => i)

describe('FlatMapOperator', () => {
  it('emits what is collected and what is returned', () => {
    const split = (line: string, out: Collector<string>) => {
      out.collect('>')
      return line.split(' ')
    }
    const harness = new RecordHarness(new FlatMapOperator(split)).open()
    harness.process(['a b', 'c'], {timestamps: [1, 2]})
    expect(harness.end().slice(0, -1)).toEqual([
      {value: '>', timestampMs: 1},
      {value: 'a', timestampMs: 1},
      {value: 'b', timestampMs: 1},
      {value: '>', timestampMs: 2},
      {value: 'c', timestampMs: 2},
    ])
    expect(harness.ledger).toBe(0)
  })

  it('takes an object with the method, and no result at all', () => {
    const harness = new RecordHarness(new FlatMapOperator({flatMap: (n: number) => (n > 1 ? [n] : undefined)})).open()
    harness.process([1, 2])
    harness.end()
    expect(harness.values).toEqual([2])
    expect(harness.metrics.get('recordsFiltered')).toBe(1)
  })

  it.each([
    ['array', (n: number) => numbers(n)],
    [
      'collector',
      (n: number, out: Collector<number>) => {
        for (const i of numbers(n)) out.collect(i)
      },
    ],
    [
      'generator',
      function* (n: number) {
        yield* numbers(n)
      },
    ],
  ])('keeps within the room when one record makes many: %s', (_name, flatMap) => {
    const harness = new RecordHarness(new FlatMapOperator<number, number>(flatMap), {roomPerTurn: 1}).open()
    harness.process([3000, 2, 5000], {timestamps: [7, 8, 9]}).watermark(9)
    const emissions = harness.end()
    expect(harness.values).toEqual([...numbers(3000), 0, 1, ...numbers(5000)])
    expect(emissions.at(-3)).toEqual({value: 4999, timestampMs: 9})
    expect(emissions[3000]).toEqual({value: 0, timestampMs: 8})
    expect(Math.max(...harness.batchSizes)).toBeLessThanOrEqual(4096)
    expect(harness.ledger).toBe(0)
  })

  it('asks a generator for no more than there is room for, and lets it clean up', () => {
    let made = 0
    let cleanedUp = false
    function* endless() {
      try {
        for (;;) yield made++
      } finally {
        cleanedUp = true
      }
    }
    const operator = new FlatMapOperator<number, number>(endless)
    const emitted: number[] = []
    let room = 1
    const harness = new RecordHarness(operator).open()
    const output = {
      emit: (batch: {rowCount: number}) => {
        emitted.push(batch.rowCount)
        room--
      },
      emitControl: () => {},
      hasRoom: () => room > 0,
      reserveBytes: () => undefined,
    }
    operator.open((harness as unknown as {context(): never}).context(), output)
    operator.processBatch({kind: 'objects', rowCount: 1, values: [0]}, 0)
    expect(operator.drain()).toBe(false)
    expect(made).toBeLessThanOrEqual(4 * 1024)
    const before = made
    room = 1
    expect(operator.drain()).toBe(false)
    expect(made - before).toBeLessThanOrEqual(2 * 1024)
    harness.close()
    expect(cleanedUp).toBe(true)
  })

  it('refuses a returned text, number or promise', () => {
    for (const result of ['ab', 7, null, Promise.resolve([1]), {}]) {
      const harness = new RecordHarness(new FlatMapOperator(() => result as never)).open()
      expect(() => harness.process([1])).toThrow(/expected an array or another iterable/)
      harness.close()
    }
  })

  it('names the record whose generator throws later', () => {
    function* bad(n: number) {
      yield* numbers(n)
      throw new Error('at the end')
    }
    const harness = new RecordHarness(new FlatMapOperator(bad), {roomPerTurn: 1}).open()
    expect(() => harness.process([5000])).toThrow(/at the end for the record 5000/)
    harness.close()
  })
})
