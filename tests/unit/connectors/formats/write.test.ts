/**
 * Goal: records are written as CSV and JSON lines that others read, in fast-csv's options.
 * Method: our own CSV writer against fast-csv on random tables; the options one by one; the operator with both kinds of writers.
 */
import fc from 'fast-check'
import {writeToString} from 'fast-csv'
import {describe, expect, it} from 'vitest'
import {CsvEncoder} from '../../../../src/connectors/formats/write/csv-encoder.js'
import {csvEncoderOf} from '../../../../src/connectors/formats/write/csv-encoder-of.js'
import type {CsvWriteOptions} from '../../../../src/connectors/formats/write/csv-write-options.js'
import {FastCsvEncoder} from '../../../../src/connectors/formats/write/fast-csv-encoder.js'
import {FormatRecordsOperator} from '../../../../src/connectors/formats/write/format-records-operator.js'
import {JsonLinesEncoder} from '../../../../src/connectors/formats/write/json-lines-encoder.js'
import {OperatorHarness} from '../../../support/operator-harness.js'
import {propertyOptions} from '../../../support/property-options.js'

const RECORDS = [
  {id: 1, name: 'plain', at: new Date('2026-11-21T08:30:00Z')},
  {id: 2, name: 'a "b", c\nd', at: null},
  {id: 3, name: undefined, at: ['x']},
]

async function written(options: CsvWriteOptions, records: readonly unknown[] = RECORDS): Promise<string> {
  const encoder = await csvEncoderOf(options)
  return encoder.header(records[0]) + encoder.encode(records, 0, records.length)
}

describe('CSV', () => {
  it('is written with quotes where they are needed', async () => {
    expect(await written({})).toBe('id,name,at\n1,plain,2026-11-21T08:30:00.000Z\n2,"a ""b"", c\nd",\n3,,"[""x""]"\n')
    expect(await written({delimiter: ';', headers: ['name', 'id']})).toBe('name;id\nplain;1\n"a ""b"", c\nd";2\n;3\n')
    expect(await written({headers: false})).toMatch(/^1,plain/)
    expect(await written({headers: ['id'], writeHeaders: false})).toBe('1\n2\n3\n')
    expect(
      await written({}, [
        [1, 'x'],
        [2, ''],
      ]),
    ).toBe('column0,column1\n1,x\n2,\n')
    expect(await written({}, ['', 'x'])).toBe('value\n""\nx\n')
  })

  it('is written by fast-csv where other options are asked for', async () => {
    expect(csvEncoderOf({})).toBeInstanceOf(CsvEncoder)
    expect(await csvEncoderOf({quote: "'"})).toBeInstanceOf(FastCsvEncoder)
    expect(await written({quoteColumns: true, headers: ['id', 'name']})).toBe(
      '"id","name"\n"1","plain"\n"2","a ""b"", c\nd"\n"3",""\n',
    )
    expect(
      await written({quoteColumns: {name: true}, quoteHeaders: false, headers: ['id', 'name']}, RECORDS.slice(0, 1)),
    ).toBe('id,name\n1,"plain"\n')
    expect(await written({rowDelimiter: '\r\n', writeBOM: true, headers: ['id']})).toBe('\ufeffid\r\n1\r\n2\r\n3\r\n')
    expect(await written({quote: "'", escape: '\\', headers: ['name']}, [{name: "it's, ok"}])).toBe(
      "name\n'it\\'s, ok'\n",
    )
  })

  it('refuses options that there are not', () => {
    expect(() => csvEncoderOf({seperator: ';'} as CsvWriteOptions)).toThrow(
      'CSV option "seperator": there is no such option',
    )
    expect(() => csvEncoderOf({delimiter: '::'})).toThrow('CSV option "delimiter": it is "::", expected one character')
  })

  it('is what fast-csv writes', async () => {
    // fast-csv drops NUL and also quotes fields with a vertical bar.
    const field = fc
      .oneof(fc.string({maxLength: 8}), fc.constantFrom('', 'a,b', '"', 'x\ny', 'é', ' pad '))
      .filter((text) => !/[\0|]/.test(text))
    const tables = fc.array(fc.record({a: field, b: fc.oneof(field, fc.integer(), fc.boolean(), fc.constant(null))}), {
      minLength: 1,
      maxLength: 8,
    })
    await fc.assert(
      fc.asyncProperty(tables, fc.constantFrom(',', ';', '\t'), async (records, delimiter) => {
        const expected = await writeToString(records, {headers: true, delimiter, includeEndRowDelimiter: true})
        expect(await written({delimiter}, records)).toBe(expected)
        expect(await written({delimiter, rowDelimiter: '\n'}, records)).toBe(expected)
      }),
      propertyOptions(200),
    )
  })
})

describe('JSON lines', () => {
  it('are what JSON.stringify writes', () => {
    expect(new JsonLinesEncoder().encode([{a: 1, b: undefined}, 'x', null], 0, 3)).toBe('{"a":1}\n"x"\nnull\n')
  })

  it('cannot have everything', () => {
    const encode = (record: unknown) => new JsonLinesEncoder().encode([record], 0, 1)
    expect(() => encode(1n)).toThrow('a record cannot be written as JSON: Do not know how to serialize a BigInt')
    expect(() => encode(undefined)).toThrow('a record cannot be written as JSON: it is undefined')
  })
})

describe('the formatting operator', () => {
  const batch = {kind: 'objects', rowCount: 3, values: RECORDS} as const

  it('writes the header once, before the first record', async () => {
    const harness = new OperatorHarness(
      new FormatRecordsOperator({encoder: csvEncoderOf({headers: ['id']}), writesHeader: true}),
    )
    await harness.run([batch, batch])
    expect(harness.text).toBe('id\n1\n2\n3\n1\n2\n3\n')
  })

  it('takes no input before its writer is loaded', async () => {
    const harness = new OperatorHarness(
      new FormatRecordsOperator({encoder: csvEncoderOf({quote: "'", headers: ['id']}), writesHeader: false}),
    )
    await harness.run([batch])
    expect(harness.text).toBe('1\n2\n3\n')
    expect(harness.waits).toBeGreaterThan(0)
  })

  it('fails with the writer', async () => {
    const encoder = Promise.reject(new Error('no such module'))
    const harness = new OperatorHarness(new FormatRecordsOperator({encoder, writesHeader: false}))
    await expect(harness.run([batch])).rejects.toThrow('no such module')
  })
})
