// Goal: sum, min, max, minBy and maxBy by name and position, as Flink has them; nothing that went in or out is changed.
// Method: the record harness for the operator, plain calls for the reduce functions, one table for both.
import {describe, expect, it} from 'vitest'
import {createRollingAggregate, type RollingAggregateKind, rollingAggregate} from '../../../../src/operators/index.js'
import {RecordHarness} from '../../../support/record-harness.js'

type Row = [key: string, value: number, note: string]

// Source: Flink's documentation of min and minBy: min keeps the other fields of the first record.
const INPUT: readonly Row[] = [
  ['a', 3, 'first'],
  ['a', 5, 'second'],
  ['a', 1, 'third'],
  ['a', 1, 'fourth'],
  ['a', 5, 'fifth'],
]
const TABLE: readonly [RollingAggregateKind, {onTie?: 'first' | 'last'}, readonly Row[]][] = [
  ['sum', {}, rows([3, 8, 9, 10, 15], 'first')],
  ['min', {}, rows([3, 3, 1, 1, 1], 'first')],
  ['max', {}, rows([3, 5, 5, 5, 5], 'first')],
  ['minBy', {}, [INPUT[0], INPUT[0], INPUT[2], INPUT[2], INPUT[2]]],
  ['minBy', {onTie: 'last'}, [INPUT[0], INPUT[0], INPUT[2], INPUT[3], INPUT[3]]],
  ['maxBy', {}, [INPUT[0], INPUT[1], INPUT[1], INPUT[1], INPUT[1]]],
  ['maxBy', {onTie: 'last'}, [INPUT[0], INPUT[1], INPUT[1], INPUT[1], INPUT[4]]],
]

function rows(values: readonly number[], note: string): readonly Row[] {
  return values.map((value) => ['a', value, note])
}

const asObject = ([key, value, note]: Row) => ({key, value, note})

describe('rolling aggregates', () => {
  it.each(TABLE)('%s %j by position', (kind, options, expected) => {
    const before = structuredClone(INPUT)
    const operator = createRollingAggregate<Row>({keySelector: 0, kind, field: 1, ...options})
    const harness = new RecordHarness(operator).open()
    harness.process(INPUT)
    harness.end()
    expect(harness.values).toEqual(expected)
    expect(INPUT).toEqual(before)
    expect(harness.ledger).toBe(0)
  })

  it.each(TABLE)('%s %j by name, at the end', (kind, options, expected) => {
    const operator = createRollingAggregate({keySelector: 'key', kind, field: 'value', emit: 'final', ...options})
    const harness = new RecordHarness(operator).open()
    harness.process(INPUT.map(asObject))
    harness.end()
    expect(harness.values).toEqual([asObject(expected[4])])
  })

  it.each(TABLE)('%s %j as a reduce function changes nothing', (kind, options, expected) => {
    const frozen: (readonly unknown[])[] = INPUT.map((row) => Object.freeze([...row]))
    const reduce = rollingAggregate<readonly unknown[]>(kind, 1, options)
    expect(frozen.reduce((a, b) => reduce(a, b))).toEqual(expected[4])
  })

  it('keeps the class of a record, adds bigints, compares texts and dates', () => {
    class Reading {
      constructor(
        readonly sensor: string,
        readonly value: bigint,
      ) {}
      get label() {
        return `${this.sensor}=${this.value}`
      }
    }
    const sum = createRollingAggregate<Reading>({keySelector: 'sensor', kind: 'sum', field: 'value'})
    const harness = new RecordHarness(sum).open()
    harness.process([new Reading('s', 1n), new Reading('s', 2n ** 60n)])
    harness.end()
    expect(harness.values.map((reading) => (reading as Reading).label)).toEqual(['s=1', `s=${2n ** 60n + 1n}`])
    expect(rollingAggregate<[string]>('max', 0)(['b'], ['c'])).toEqual(['c'])
    const [early, late] = [new Date(1), new Date(2)]
    expect(rollingAggregate<[Date]>('minBy', 0)([late], [early])).toEqual([early])
  })

  it.each([
    ['sum', [['a', 'x']], /sum\(1\) adds numbers, or bigints, but the field is "x"/],
    [
      'sum',
      [
        ['a', 1],
        ['a', 1n],
      ],
      /adds numbers, or bigints/,
    ],
    [
      'sum',
      [
        ['a', 1],
        ['a', undefined],
      ],
      /the record \["a",undefined\]/,
    ],
    ['min', [['a', Number.NaN]], /min\(1\) compares/],
    [
      'maxBy',
      [
        ['a', 1],
        ['a', '2'],
      ],
      /maxBy\(1\) compares/,
    ],
  ] as const)('%s refuses case %#', (kind, input, message) => {
    const harness = new RecordHarness(createRollingAggregate({keySelector: 0, kind, field: 1})).open()
    expect(() => harness.process(input)).toThrow(message)
    harness.close()
  })
})
