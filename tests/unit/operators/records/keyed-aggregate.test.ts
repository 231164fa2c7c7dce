// Goal: rolling aggregates with an accumulator, in updates and at the end.
// Method: the record harness; Flink's classic average of a stream.
import {describe, expect, it} from 'vitest'
import {KeyedAggregateOperator} from '../../../../src/operators/index.js'
import {RecordHarness} from '../../../support/record-harness.js'

const average = {
  createAccumulator: () => ({sum: 0, count: 0}),
  add: (value: [string, number], accumulator: {sum: number; count: number}) => {
    accumulator.sum += value[1]
    accumulator.count += 1
    return accumulator
  },
  getResult: ({sum, count}: {sum: number; count: number}) => sum / count,
}
const input: [string, number][] = [
  ['a', 1],
  ['b', 10],
  ['a', 2],
  ['a', 3],
  ['a', 4],
  ['a', 5],
]

describe('KeyedAggregateOperator', () => {
  it('emits the result for each record', () => {
    const operator = new KeyedAggregateOperator({keySelector: 0, aggregate: average})
    const harness = new RecordHarness(operator).open()
    harness.process(input)
    harness.end()
    expect(harness.values).toEqual([1, 10, 1.5, 2, 2.5, 3])
    expect(harness.ledger).toBe(0)
  })

  it('emits one record for each key at the end, with the key', () => {
    const toRecord = (key: unknown, result: number) => ({key, result})
    const operator = new KeyedAggregateOperator({keySelector: 0, aggregate: average, toRecord, emit: 'final'})
    const harness = new RecordHarness(operator, {roomPerTurn: 1}).open()
    harness.process(input)
    harness.end()
    expect(harness.values).toEqual([
      {key: 'a', result: 3},
      {key: 'b', result: 10},
    ])
    expect(harness.ledger).toBe(0)
  })

  it('copies an accumulator that is the result itself', () => {
    const list = {
      createAccumulator: (): number[] => [],
      add: (value: number, all: number[]) => {
        all.push(value)
        return all
      },
      getResult: (all: number[]) => all,
    }
    const harness = new RecordHarness(new KeyedAggregateOperator({keySelector: () => 'k', aggregate: list})).open()
    harness.process([1, 2, 3])
    harness.end()
    expect(harness.values).toEqual([[1], [1, 2], [1, 2, 3]])
  })

  it('refuses an add that returns nothing', () => {
    const aggregate = {...average, add: () => undefined as never}
    const harness = new RecordHarness(new KeyedAggregateOperator({keySelector: 0, aggregate})).open()
    expect(() => harness.process(input)).toThrow(/add returned undefined/)
    harness.close()
  })
})
