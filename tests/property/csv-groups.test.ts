/**
 * Goal: CSV that is added up on bytes gives what its records give, however it is written and wherever blocks are cut; nothing is lost, nothing bad
 * is passed over.
 * Method: random tables with troublemakers (quotes, line ends in quotes, missing numbers, exponents, blanks, blank lines, CRLF, wrong field counts,
 * bytes that are not UTF-8); `csv.parse` fused with the local aggregation against its records, added up by plain code.
 */
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import type {CsvReadOptions} from '../../src/connectors/formats/csv/csv-options.js'
import {ParseCsvOperator} from '../../src/connectors/formats/csv/parse-csv-operator.js'
import type {RecordSchema} from '../../src/connectors/formats/schema/record-schema.js'
import {type AggregatePlan, LocalAggregateOperator, type PartialRecord, sumNames} from '../../src/operators/index.js'
import {addUp, putTogether} from '../support/group-sums.js'
import {propertyOptions} from '../support/property-options.js'
import {blocksOf, runOnBlocks} from '../support/record-operator-output.js'

const PLAN: AggregatePlan = {
  keyFields: ['key'],
  valueFields: ['price', 'id'],
  measures: [{result: 'n', kind: 'count'}],
}
const SCHEMA: RecordSchema = [
  {name: 'id', type: 'integer', nullable: true},
  {name: 'key', type: 'string', nullable: true},
  {name: 'note', type: 'string', nullable: true},
  {name: 'price', type: 'number', nullable: true},
]
const NAMES = sumNames(PLAN)

function fused(options: CsvReadOptions): ParseCsvOperator {
  const parser = new ParseCsvOperator({options, schema: SCHEMA}).fuseWith(new LocalAggregateOperator(PLAN))
  expect(parser).toBeInstanceOf(ParseCsvOperator)
  return parser as ParseCsvOperator
}

const integers = fc.oneof(
  {weight: 6, arbitrary: fc.integer({min: -5000, max: 5000}).map(String)},
  fc.constantFrom('', '"7"', '""', 'x', '1.5', '007', '-', ' 3', '12345678901234567'),
)
const prices = fc.oneof(
  {weight: 6, arbitrary: fc.integer({min: -4000, max: 4000}).map((quarters) => String(quarters / 4))},
  fc.constantFrom('', '"2.25"', '1e2', '.5', '5.', '+4', '"-0.5"', '"1,5"', 'NaN', '1.2.3'),
)
const texts = fc.oneof(
  {weight: 6, arbitrary: fc.constantFrom('a', 'b', 'books', 'a long name of a category', 'grün', '日本')},
  fc.constantFrom(
    '',
    '""',
    '"a"',
    '"a,b"',
    '"say ""hi"""',
    '"two\nlines"',
    '"crlf\r\n"',
    'a"b',
    ' "a" ',
    '"a" ',
    '"a"x',
    ' ',
  ),
)
const rows = fc.oneof(
  {weight: 12, arbitrary: fc.tuple(integers, texts, texts, prices).map((fields) => fields.join(','))},
  fc.constantFrom('', '  ', '1,a,b', '1,a,b,2,3', '\u0000'),
)
const tables = fc.record({
  rows: fc.array(rows, {maxLength: 40}),
  lineEnd: fc.constantFrom('\n', '\r\n'),
  isEnded: fc.boolean(),
  cuts: fc.array(fc.integer({min: 1, max: 40}), {maxLength: 4}),
  hasBrokenUtf8: fc.boolean(),
})

describe('CSV added up on bytes', () => {
  it('gives what the records give', () => {
    fc.assert(
      fc.property(tables, ({rows: lines, lineEnd, isEnded, cuts, hasBrokenUtf8}) => {
        const text = ['id,key,note,price', ...lines].join(lineEnd) + (isEnded ? lineEnd : '')
        const bytes = hasBrokenUtf8 ? Buffer.concat([Buffer.from(`${text}${lineEnd}`), BROKEN]) : Buffer.from(text)
        const options: CsvReadOptions = {onError: 'skip'}
        const parsed = runOnBlocks(new ParseCsvOperator({options, schema: SCHEMA}), blocksOf(bytes, cuts))
        const added = runOnBlocks(fused(options), blocksOf(bytes, cuts))
        expect(putTogether(added.values as PartialRecord[], NAMES)).toEqual(addUp(parsed.values, ['price', 'id']))
        expect(added.metrics.recordsBad).toBe(parsed.metrics.recordsBad)
        expect(added.ledger).toBe(0)
      }),
      propertyOptions(300),
    )
  })

  it('gives groups away when there is no room for more, and goes on', () => {
    const lines = Array.from({length: 60_000}, (_, index) => `${index % 7},key-${index % 40_000},note,${index % 4}.25`)
    const text = `id,key,note,price\n${lines.join('\n')}\n`
    const added = runOnBlocks(fused({}), blocksOf(text, [20_000]))
    expect(added.values.length).toBeGreaterThan(40_000)
    const sums = putTogether(added.values as PartialRecord[], NAMES)
    expect(sums.size).toBe(40_000)
    expect([...sums.values()].reduce((records, own) => records + own[0], 0)).toBe(60_000)
    expect(sums.get('key-7')).toEqual([2, 2, 6.5, 3.25, 3.25, 2, 2, 0, 2])
    expect(added.ledger).toBe(0)
  })

  it('takes records longer than a chunk of the kernel, and windows that end inside of records', () => {
    const long = 'x'.repeat(20_000)
    const lines = Array.from(
      {length: 3000},
      (_, index) => `${index},${index % 100 === 0 ? long : 'short'},${'n'.repeat(index % 500)},0.5`,
    )
    const added = runOnBlocks(fused({}), blocksOf(`id,key,note,price\n${lines.join('\n')}\n`))
    const sums = putTogether(added.values as PartialRecord[], NAMES)
    expect([sums.get(long)?.slice(0, 3), sums.get('short')?.slice(0, 3)]).toEqual([
      [30, 30, 15],
      [2970, 2970, 1485],
    ])
  })
})

const BROKEN = Buffer.from([0x31, 0x2c, 0xff, 0x61, 0x2c, 0x62, 0x2c, 0x31, 0x0a])
