/**
 * Goal: what is put together before the shuffle loses no record, keeps the order of keys, waits for room, stops where it gains nothing, and
 * balances the books.
 * Method: LocalReduceOperator in the RecordHarness, which lets it emit only so many batches a turn; results added up by plain code.
 */
import {describe, expect, it} from 'vitest'
import {MAX_TIMESTAMP_MS} from '../../../../src/core/index.js'
import {LocalReduceOperator, rollingFold} from '../../../../src/operators/index.js'
import {RecordHarness} from '../../../support/record-harness.js'

type Pair = readonly [key: unknown, value: number]

function operator() {
  return new LocalReduceOperator<Pair>({keySelector: 0, ...rollingFold<Pair>({kind: 'sum', field: 1})})
}

function run(batches: readonly (readonly Pair[])[], roomPerTurn?: number) {
  const harness = new RecordHarness(operator(), roomPerTurn === undefined ? {} : {roomPerTurn}).open()
  for (const batch of batches) harness.process(batch)
  harness.finish()
  const values = harness.emissions.flatMap((one) => ('value' in one ? [one.value as Pair] : []))
  const {recordsCombined, recordsExpanded, recordsFiltered} = harness.metrics.snapshot()
  const recordsIn = batches.reduce((sum, batch) => sum + batch.length, 0)
  const ledger = recordsIn + recordsExpanded - values.length - recordsCombined - recordsFiltered
  harness.close()
  return {values, ledger}
}

describe('LocalReduceOperator', () => {
  it('gives one record a key, in the order in which keys came', () => {
    const {values, ledger} = run([
      [
        ['b', 1],
        ['a', 2],
        ['b', 3],
      ],
      [['a', 4]],
    ])
    expect(values).toEqual([
      ['b', 4],
      ['a', 6],
    ])
    expect(ledger).toBe(0)
  })

  it('hands on records whose key a Map would not find again', () => {
    const {values} = run([
      [
        [['x'], 1],
        [['x'], 2],
        [undefined, 3],
      ],
    ])
    expect(values).toEqual([
      [['x'], 1],
      [['x'], 2],
      [undefined, 3],
    ])
  })

  it('gives its groups away when there are many, stops grouping when it gains nothing, and loses no record for want of room', () => {
    const batches = Array.from({length: 100}, (_, batch) =>
      Array.from({length: 1024}, (_, row): Pair => [batch * 1000 + row, 1]),
    )
    for (const room of [undefined, 1]) {
      const {values, ledger} = run(batches, room)
      expect(values.length).toBeGreaterThan(90_000)
      expect(values.reduce((sum, [, value]) => sum + value, 0)).toBe(102_400)
      expect(ledger).toBe(0)
    }
  })

  it('gives its groups away before a watermark, at which results are given', () => {
    for (const room of [undefined, 1]) {
      const harness = new RecordHarness(operator(), room === undefined ? {} : {roomPerTurn: room}).open()
      const pairs = Array.from({length: 3000}, (_, index): Pair => [index % 2000, 1])
      harness.process(pairs).watermark(MAX_TIMESTAMP_MS)
      harness.finish()
      expect(harness.emissions).toHaveLength(2001)
      expect(harness.emissions[2000]).toEqual({watermark: MAX_TIMESTAMP_MS})
      harness.close()
    }
  })

  it('names the record of a value that cannot be added up', () => {
    const wrong = [['a', 'x']] as unknown as readonly Pair[]
    expect(() => run([[['a', 1]], wrong])).toThrow(/for the record \["a","x"\]/)
  })
})
