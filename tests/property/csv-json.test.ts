/**
 * Goal: CSV that becomes JSON lines in the kernel is byte for byte what JSON.stringify writes of its records, however it is written and wherever blocks are
 * cut; and what is plain does go through the kernel.
 * Method: random tables with troublemakers (quotes, line ends and backslashes in quotes, numbers that JavaScript writes otherwise, words that are nearly
 * booleans, CRLF, wrong field counts, bytes that are not UTF-8); `csv.parse` fused with `json.format` against its records. The kernel alone on plain
 * records of any length.
 */
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {WasmCsvJson} from '../../src/columns/index.js'
import type {CsvReadOptions} from '../../src/connectors/formats/csv/csv-options.js'
import {ParseCsvOperator} from '../../src/connectors/formats/csv/parse-csv-operator.js'
import {FormatJsonOperator} from '../../src/connectors/formats/json/format-json-operator.js'
import type {RecordSchema} from '../../src/connectors/formats/schema/record-schema.js'
import {propertyOptions} from '../support/property-options.js'
import {blocksOf, runOnBlocks} from '../support/record-operator-output.js'

const SCHEMA: RecordSchema = [
  {name: 'id', type: 'integer', nullable: true},
  {name: 'a "key"\\', type: 'string', nullable: true},
  {name: 'isNew', type: 'boolean', nullable: true},
  {name: 'price, with a name that is longer than sixteen bytes: größe', type: 'number', nullable: true},
]

const digits = fc.stringMatching(/^\d{0,17}$/)
const numbers = fc.oneof(
  fc.integer({min: -99_999, max: 99_999}).map(String),
  fc.double({noNaN: true, noDefaultInfinity: true}).map(String),
  fc.tuple(fc.constantFrom('', '-'), digits, fc.constantFrom('', '.'), digits).map((parts) => parts.join('')),
  fc.constantFrom(
    '0',
    '-0',
    '0.0',
    '-0.0',
    '-0.5',
    '0.10',
    '1.000',
    '100',
    '0.000001',
    '0.0000001',
    '10.0000001',
    '0.000',
  ),
  fc.constantFrom(
    '',
    '""',
    '"7"',
    '"2.50"',
    '"1,5"',
    '1e2',
    '.5',
    '5.',
    '+4',
    '007',
    '00',
    ' 3',
    'NaN',
    '1.2.3',
    '-',
    '--1',
  ),
  fc.constantFrom(
    '9007199254740993',
    '123456789012345',
    '1234567890.12345',
    '12345678901.123456',
    '0.30000000000000004',
  ),
)
const booleans = fc.constantFrom(
  'true',
  'false',
  '',
  '"true"',
  '""',
  'True',
  'FALSE',
  'fals',
  'falsey',
  'truE',
  '1',
  'yes',
)
const texts = fc.oneof(
  fc.constantFrom(
    'a',
    'books',
    'a name of sixteen',
    'a name that is much longer than sixteen bytes',
    'grün',
    '日本',
    '\u2028',
    '\u007f',
  ),
  fc.constantFrom(
    '',
    '""',
    '"a"',
    '"a,b"',
    '"say ""hi"""',
    '""""',
    '"two\nlines"',
    '"crlf\r\n"',
    '"tab\t"',
    'tab\t',
    'bell\u0007',
  ),
  fc.constantFrom(
    'a\\b',
    '"a\\b"',
    '"a long text with a backslash at its end\\"',
    'a"b',
    ' "a" ',
    '"a" ',
    '"a"x',
    ' ',
    "it's",
  ),
)
const rows = fc.oneof(
  {weight: 12, arbitrary: fc.tuple(numbers, texts, booleans, numbers).map((fields) => fields.join(','))},
  fc.constantFrom('', '  ', '1,a,true', '1,a,true,2,3', '\u0000'),
)
const tables = fc.record({
  rows: fc.array(rows, {maxLength: 30}),
  lineEnd: fc.constantFrom('\n', '\r\n'),
  isEnded: fc.boolean(),
  cuts: fc.array(fc.integer({min: 1, max: 30}), {maxLength: 4}),
  hasBrokenUtf8: fc.boolean(),
  options: fc.constantFrom<CsvReadOptions>(
    {},
    {},
    {fields: [SCHEMA[0].name]},
    {fields: [SCHEMA[3].name, SCHEMA[1].name]},
    {quote: "'"},
    {quote: null},
  ),
})

describe('CSV as JSON lines', () => {
  it('is what JSON.stringify writes of the records', () => {
    let lines = 0
    fc.assert(
      fc.property(tables, ({rows: table, lineEnd, isEnded, cuts, hasBrokenUtf8, options}) => {
        const text = table.join(lineEnd) + (isEnded ? lineEnd : '')
        const bytes = hasBrokenUtf8 ? Buffer.concat([Buffer.from(`${text}${lineEnd}`), BROKEN]) : Buffer.from(text)
        const all: CsvReadOptions = {...options, headers: SCHEMA.map(({name}) => name), onError: 'skip'}
        const config = {options: all, schema: SCHEMA}
        const records = runOnBlocks(new ParseCsvOperator(config), blocksOf(bytes, cuts))
        const fused = new ParseCsvOperator(config).fuseWith(new FormatJsonOperator())
        const written = runOnBlocks(fused!, blocksOf(bytes, cuts))
        expect(written.values.join('')).toBe(records.values.map((record) => `${JSON.stringify(record)}\n`).join(''))
        expect(written.metrics).toEqual(records.metrics)
        expect(written.ledger).toBe(0)
        lines += records.values.length
      }),
      propertyOptions(500),
    )
    expect(lines).toBeGreaterThan(0)
  })

  it('is written by the kernel where records are plain, whatever their length', () => {
    const kernel = WasmCsvJson.create({
      columns: [
        {kind: 'integer', name: 'id'},
        {kind: 'skipped', name: 'left out'},
        {kind: 'text', name: 'text'},
        {kind: 'number', name: 'price'},
      ],
      delimiter: 0x3b,
      quote: 0x22,
    })!
    const records = Array.from({length: 20_000}, (_, index) => ({
      id: index - 500,
      text: `${'x'.repeat(index % 90)}${index % 50 === 0 ? '"é\\' : ''}`,
      price: index / 4,
    }))
    const csv = records.map(({id, text, price}) => `${id};ü;"${text.replaceAll('"', '""')}";${price}\n`).join('')
    const bytes = Buffer.from(csv)
    const parts: string[] = []
    let taken = 0
    kernel.load(bytes)
    for (let at = 0; at < bytes.length; ) {
      at = kernel.read(at, bytes.length)
      expect(kernel.stop).not.toBe('not plain')
      taken += kernel.rows
      parts.push(Buffer.from(kernel.lines()).toString())
    }
    expect(taken).toBe(records.length)
    expect(parts.length).toBeGreaterThan(1)
    expect(parts.join('')).toBe(records.map((record) => `${JSON.stringify(record)}\n`).join(''))
  })

  it('takes records longer than the kernel has room for', () => {
    const long = 'é'.repeat(300_000)
    const text = `1,short,true,1\n2,${long},false,2.50\n3,short,,3\n`
    const config = {options: {headers: SCHEMA.map(({name}) => name)}, schema: SCHEMA}
    const fused = new ParseCsvOperator(config).fuseWith(new FormatJsonOperator())
    const records = runOnBlocks(new ParseCsvOperator(config), blocksOf(text))
    const written = runOnBlocks(fused!, blocksOf(text))
    expect(written.values.join('')).toBe(records.values.map((record) => `${JSON.stringify(record)}\n`).join(''))
    expect(records.values).toHaveLength(3)
  })
})

const BROKEN = Buffer.from([0x31, 0x2c, 0xff, 0x61, 0x2c, 0x62, 0x2c, 0x31, 0x0a])
