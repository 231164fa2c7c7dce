/**
 * Goal: sums by text are those of a Map, in the order in which texts first came, whatever the texts are; and a local reduce that holds pairs
 * gives what one that holds records gives.
 * Method: random texts from pieces that are hard on purpose (lengths around those of a slot, characters beyond latin1, U+0000, lone
 * surrogates, texts that differ in one character only), random numbers with −0, NaN and infinities; both answers compared whole.
 */
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {
  createRollingAggregate,
  KeyedReduceOperator,
  LocalReduceOperator,
  type Operator,
  rollingFold,
} from '../../src/operators/index.js'
import {TextNumbers} from '../../src/operators/records/text-numbers.js'
import {propertyOptions} from '../support/property-options.js'
import {RecordHarness} from '../support/record-harness.js'

const unit = fc.constantFrom('a', 'b', '\u0000', '\u007f', 'ÿ', 'ð', 'Ā', '水', '\ud83d', '\ude00')
const text = fc.oneof(
  fc.string({unit, minLength: 0, maxLength: 4}),
  fc.string({unit: fc.constantFrom('a', 'ÿ'), minLength: 3, maxLength: 9}),
  fc.string({unit: fc.constantFrom('a', 'ÿ', 'b', '\u0000'), minLength: 9, maxLength: 17}),
  fc.string({unit, minLength: 7, maxLength: 20}),
  fc.nat(3000).map((number) => `word ${number}`),
)
const number = fc.oneof(fc.integer(), fc.constantFrom(-0, 0, 0.1, Number.NaN, Number.POSITIVE_INFINITY, 1e308))
const pairs = fc.array(fc.tuple(text, number), {maxLength: 400})

type Row = readonly unknown[]

function summed(rows: readonly (readonly [string, number])[]) {
  const sums = new Map<string, number>()
  for (const [key, value] of rows) {
    const before = sums.get(key)
    sums.set(key, before === undefined ? value : before + value)
  }
  return [...sums]
}

/** What an operator gives, and how its books balance. */
function given(operator: Operator, batches: readonly (readonly Row[])[]) {
  const harness = new RecordHarness(operator, {roomPerTurn: 1}).open()
  for (const batch of batches) harness.process(batch)
  harness.end()
  const {recordsCombined, recordsExpanded, recordsFiltered} = harness.metrics.snapshot()
  return {emissions: harness.emissions, recordsCombined, recordsExpanded, recordsFiltered}
}

type SumAt = 0 | 1

function localReduce(hasPairs: boolean, sumAt: SumAt): Operator {
  const {sumField, ...fold} = rollingFold<Row>({kind: 'sum', field: sumAt})
  const options = {keySelector: 1 - sumAt, ...fold}
  return new LocalReduceOperator<Row>(hasPairs && sumField !== undefined ? {...options, sumField} : options)
}

function finalSum(hasPairs: boolean, sumAt: SumAt): Operator {
  const emit = 'final'
  const keySelector = 1 - sumAt
  if (hasPairs) return createRollingAggregate<Row>({keySelector, kind: 'sum', field: sumAt, emit})
  return new KeyedReduceOperator<Row>({keySelector, ...rollingFold<Row>({kind: 'sum', field: sumAt}), emit})
}

function add(sums: TextNumbers, key: string, value: number): void {
  const cell = sums.find(key)
  if (cell < 0) sums.append(value)
  else sums.set(cell, sums.get(cell) + value)
}

describe('TextNumbers', () => {
  it('adds up like a Map, and begins anew when it was taken', () => {
    const sums = new TextNumbers()
    fc.assert(
      fc.property(pairs, (rows) => {
        for (const [key, value] of rows) add(sums, key, value)
        expect(sums.size).toBe(new Set(rows.map(([key]) => key)).size)
        expect([...sums.take()]).toEqual(summed(rows))
        expect(sums.size).toBe(0)
        expect(sums.textBytes).toBe(0)
      }),
      propertyOptions(300),
    )
  })

  it('holds many texts', () => {
    const rows = Array.from({length: 300_000}, (_, index): [string, number] => {
      const word = index % 70_000
      return [word % 3 === 0 ? `w${word}` : `${word} is a longer word${word % 5 === 0 ? ' of 水' : ''}`, index]
    })
    const sums = new TextNumbers()
    for (const [key, value] of rows) add(sums, key, value)
    expect([...sums.take()]).toEqual(summed(rows))
  })
})

describe('sums of pairs', () => {
  const other = fc.constantFrom<Row>(['a', 1n], [7, 1], [null, 2], ['a', 1, 'more'], [['x'], 3], ['word 7', 5, 6])
  const records = fc.array(
    fc.oneof({weight: 30, arbitrary: fc.tuple(text, fc.integer())}, {weight: 1, arbitrary: other}),
  )
  const makers = {'before the exchange': localReduce, 'behind it': finalSum}

  it.each(Object.entries(makers))('%s are those of any records, also from where a record is no pair', (_, make) => {
    fc.assert(
      fc.property(fc.array(records, {maxLength: 6}), fc.constantFrom<SumAt>(0, 1), (batches, sumAt) => {
        const placed = batches.map((batch) =>
          batch.map((row) => (sumAt === 1 ? row : [row[1], row[0], ...row.slice(2)])),
        )
        expect(outcome(() => given(make(true, sumAt), placed))).toEqual(
          outcome(() => given(make(false, sumAt), placed)),
        )
      }),
      propertyOptions(200),
    )
  })

  it('wait for room, all of them', () => {
    const batches = Array.from({length: 30}, (_, batch) =>
      Array.from({length: 1000}, (__, row): Row => [`w${batch * 700 + row}`, row]),
    )
    for (const make of Object.values(makers))
      expect(given(make(true, 1), batches)).toEqual(given(make(false, 1), batches))
  })
})

/** The answer, or the message. */
function outcome(run: () => unknown): unknown {
  try {
    return run()
  } catch (error) {
    return (error as Error).message
  }
}
