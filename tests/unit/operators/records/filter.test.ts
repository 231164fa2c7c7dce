// Goal: filter keeps the records its function answers true for, with their timestamps, and books the others as filtered.
// Method: the record harness, with and without room.
import {describe, expect, it} from 'vitest'
import {FilterOperator} from '../../../../src/operators/index.js'
import {RecordHarness} from '../../../support/record-harness.js'

describe('FilterOperator', () => {
  it('keeps records and timestamps', () => {
    const harness = new RecordHarness(new FilterOperator((n: number) => n % 2 === 0)).open()
    harness.process([1, 2, 3, 4], {timestamps: [10, 20, 30, 40]}).process([6])
    expect(harness.take()).toEqual([{value: 2, timestampMs: 20}, {value: 4, timestampMs: 40}, {value: 6}])
    harness.end()
    expect(harness.metrics.get('recordsFiltered')).toBe(2)
    expect(harness.ledger).toBe(0)
  })

  it('takes an object with the method', () => {
    const harness = new RecordHarness(new FilterOperator({filter: (n: number) => n > 1})).open()
    harness.process([1, 2])
    harness.end()
    expect(harness.values).toEqual([2])
  })

  it('goes on where it was when there is room again', () => {
    const harness = new RecordHarness(new FilterOperator(() => true), {roomPerTurn: 1}).open()
    const records = Array.from({length: 5000}, (_, i) => i)
    harness.process(records, {timestamps: records}).watermark(5000)
    const emissions = harness.end()
    expect(harness.values).toEqual(records)
    expect(emissions[4999]).toEqual({value: 4999, timestampMs: 4999})
    expect(emissions[5000]).toEqual({watermark: 5000})
    expect(harness.waits).toBeGreaterThan(0)
  })
})
