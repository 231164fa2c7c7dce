// Goal: looking some keys ahead, where state is large, changes nothing that a function or its author can see.
// Method: an operator with more keys than are looked up one by one, against plain counts; a selector that counts its calls and fails at a record.
import {describe, expect, it} from 'vitest'
import {
  KeyedProcessFunction,
  KeyedProcessOperator,
  KeyedReduceOperator,
  type RuntimeContext,
} from '../../../../src/operators/index.js'
import {type ValueState, ValueStateDescriptor} from '../../../../src/state/index.js'
import {RecordHarness} from '../../../support/record-harness.js'

const KEYS = 20_000
const BATCH = 1000

class Count extends KeyedProcessFunction<string, number, number> {
  private count!: ValueState<number, number>
  override open(context: RuntimeContext): void {
    this.count = context.getState(new ValueStateDescriptor('count', {defaultValue: 0}))
  }
  processElement(_value: number, _ctx: unknown, out: {collect(count: number): void}): void {
    this.count.update(this.count.value() + 1)
    out.collect(this.count.value())
  }
}

/** Fills the state with a record of each key, and forgets what came out. */
function filled(selectKey: (value: number) => string) {
  const harness = new RecordHarness(new KeyedProcessOperator<string, number, number>(selectKey, new Count())).open()
  for (let from = 0; from < KEYS; from += BATCH) harness.process(Array.from({length: BATCH}, (_, i) => from + i))
  harness.take()
  return harness
}

describe('keys that are looked up ahead', () => {
  it('are those of the records, each asked for once', () => {
    let calls = 0
    const harness = filled((value) => {
      calls += 1
      return `key ${value % KEYS}`
    })
    expect(calls).toBe(KEYS)
    harness.process([5, 7, 5, KEYS + 5, ...Array.from({length: 200}, (_, i) => i % 3)])
    expect(calls).toBe(KEYS + 204)
    const again = Array.from({length: 200}, (_, i) => 2 + Math.floor(i / 3))
    expect(harness.values).toEqual([2, 2, 3, 4, ...again])
  })

  it("are said to be wrong when it is their records' turn", () => {
    const harness = filled((value) => {
      if (value === -1) throw new Error('no key')
      return `key ${value}`
    })
    expect(() => harness.process([1, 2, -1, 3])).toThrow(/no key for the record -1$/)
  })

  it('are those of numbers that are reduced', () => {
    const keySelector = (value: number) => value % KEYS
    const operator = new KeyedReduceOperator<number>({keySelector, reduce: (a, b) => a + b, emit: 'updates'})
    const harness = new RecordHarness(operator).open()
    for (let from = 0; from < KEYS; from += BATCH) harness.process(Array.from({length: BATCH}, (_, i) => from + i))
    harness.take()
    harness.process([KEYS + 1, 2 * KEYS + 1, KEYS + 2])
    expect(harness.values).toEqual([KEYS + 2, 3 * KEYS + 3, KEYS + 4])
  })
})
