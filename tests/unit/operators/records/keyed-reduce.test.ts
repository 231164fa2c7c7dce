// Goal: rolling reduce, in updates and at the end; what was emitted stays as it was, whatever the function does to its arguments.
// Method: the record harness.
import {describe, expect, it} from 'vitest'
import {KeyedReduceOperator} from '../../../../src/operators/index.js'
import {RecordHarness} from '../../../support/record-harness.js'

interface Count {
  word: string
  count: number
}
const one = (word: string): Count => ({word, count: 1})
const byWord = 'word'

describe('KeyedReduceOperator', () => {
  it('emits what is left of a key for each record', () => {
    const operator = new KeyedReduceOperator<number>({keySelector: (n) => n % 2, reduce: Math.max})
    const harness = new RecordHarness(operator).open()
    harness.process([1, 2, 5, 3, 4], {timestamps: [10, 20, 30, 40, 50]}).watermark(50)
    expect(harness.end().slice(0, -1)).toEqual([
      {value: 1, timestampMs: 10},
      {value: 2, timestampMs: 20},
      {value: 5, timestampMs: 30},
      {value: 5, timestampMs: 40},
      {value: 4, timestampMs: 50},
      {watermark: 50},
    ])
    expect(harness.ledger).toBe(0)
  })

  it.each([
    ['makes a new record', (a: Count, b: Count) => ({...a, count: a.count + b.count})],
    [
      'changes its first argument',
      (a: Count, b: Count) => {
        a.count += b.count
        return a
      },
    ],
    [
      'changes its second argument',
      (a: Count, b: Count) => {
        b.count += a.count
        return b
      },
    ],
  ])('a function that %s', (_name, reduce) => {
    const harness = new RecordHarness(new KeyedReduceOperator<Count>({keySelector: byWord, reduce})).open()
    harness.process([one('a'), one('b'), one('a'), one('a'), one('b')])
    harness.end()
    expect(harness.values).toEqual([
      {word: 'a', count: 1},
      {word: 'b', count: 1},
      {word: 'a', count: 2},
      {word: 'a', count: 3},
      {word: 'b', count: 2},
    ])
  })

  it('emits one result for each key at the end of time, in the order in which keys came', () => {
    const reduce = (a: Count, b: Count) => ({...a, count: a.count + b.count})
    const operator = new KeyedReduceOperator<Count>({keySelector: byWord, reduce, emit: 'final'})
    const harness = new RecordHarness(operator).open()
    harness.process([one('b'), one('a'), one('b')], {timestamps: 5}).watermark(100)
    expect(harness.take()).toEqual([{watermark: 100}])
    expect(harness.end()).toEqual([
      {value: {word: 'b', count: 2}, timestampMs: 2 ** 63},
      {value: {word: 'a', count: 1}, timestampMs: 2 ** 63},
      {watermark: 2 ** 63},
    ])
    expect(harness.metrics.get('recordsCombined')).toBe(1)
    expect(harness.ledger).toBe(0)
  })

  it('keeps within the room at the end', () => {
    const operator = new KeyedReduceOperator<number>({keySelector: (n) => n, reduce: (a) => a, emit: 'final'})
    const harness = new RecordHarness(operator, {roomPerTurn: 1}).open()
    const numbers = Array.from({length: 5000}, (_, i) => i)
    harness.process(numbers).process(numbers)
    harness.end()
    expect(harness.values).toEqual(numbers)
    expect(harness.emissions.at(-1)).toEqual({watermark: 2 ** 63})
    expect(harness.ledger).toBe(0)
  })

  it('refuses keys that are none, with operator and record, and functions that return nothing', () => {
    const bad = new RecordHarness(new KeyedReduceOperator<object>({keySelector: 'id', reduce: (a) => a})).open()
    expect(() => bad.process([{name: 'x'}])).toThrow(
      /operator "operator under test": the key is undefined.*the record \{"name":"x"\}/,
    )
    bad.close()
    const silent = new KeyedReduceOperator<number>({keySelector: () => 1, reduce: () => undefined as never})
    const harness = new RecordHarness(silent).open()
    expect(() => harness.process([1, 2])).toThrow(/reduce returned undefined.*the record 2/)
    harness.close()
  })

  it('refuses a key that belongs to another subtask', () => {
    const operator = new KeyedReduceOperator<string>({keySelector: (word) => word, reduce: (a) => a})
    const harness = new RecordHarness(operator, {parallelism: 128, subtaskIndex: 5}).open()
    expect(() => harness.process(['a', 'b'])).toThrow(/key group/)
    harness.close()
  })
})
