/**
 * Goal: CSV is read with its types, options and bad records as documented; each message says file, line and reason.
 * Method: small texts through `csv.parse` as blocks of a split; files of our own for planning and for line numbers in later splits.
 */
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {gzipSync} from 'node:zlib'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import type {CsvReadOptions} from '../../../../src/connectors/formats/csv/csv-options.js'
import {ParseCsvOperator} from '../../../../src/connectors/formats/csv/parse-csv-operator.js'
import {planCsv} from '../../../../src/connectors/formats/csv/plan-csv.js'
import {formatSchema} from '../../../../src/connectors/formats/schema/format-schema.js'
import {blocksOf, runOnBlocks} from '../../../support/record-operator-output.js'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fts-csv-'))
})
afterAll(() => rmSync(folder, {recursive: true, force: true}))

function parse(text: string | Uint8Array, options: CsvReadOptions = {}, cutsAfterLines: readonly number[] = []) {
  return runOnBlocks(new ParseCsvOperator({options}), blocksOf(text, cutsAfterLines, 'orders.csv'))
}

function errorOf(action: () => unknown): {code: string; message: string; tryThis: string} {
  try {
    action()
  } catch (error) {
    return error as {code: string; message: string; tryThis: string}
  }
  throw new Error('nothing was thrown')
}

function fileOf(name: string, content: string | Uint8Array) {
  const path = join(folder, name)
  writeFileSync(path, content)
  return {path, compression: name.endsWith('.gz') ? 'gzip' : 'none', sizeBytes: content.length} as const
}

describe('csv.parse', () => {
  it('infers names and types and makes records', () => {
    const text =
      'id,price,ok,at,code,note\n1,9.50,true,2026-11-21T08:30:00Z,007,hello\n2,,FALSE,2026-11-21 08:30:00.5+01:00,042,"a ""b"", c"\n'
    const {values, metrics, ledger} = parse(text)
    expect(values).toEqual([
      {id: 1, price: 9.5, ok: true, at: new Date('2026-11-21T08:30:00Z'), code: '007', note: 'hello'},
      {id: 2, price: null, ok: false, at: new Date('2026-11-21T07:30:00.500Z'), code: '042', note: 'a "b", c'},
    ])
    expect(metrics.recordsFiltered).toBe(1)
    expect(ledger).toBe(0)
  })

  it('continues quoted fields over blocks and counts their lines once', () => {
    const {values, metrics, ledger} = parse('a,b\n1,"x\ny\nz"\n2,w\n', {}, [1, 2, 3])
    expect(values).toEqual([
      {a: 1, b: 'x\ny\nz'},
      {a: 2, b: 'w'},
    ])
    expect(metrics.recordsCombined).toBe(2)
    expect(ledger).toBe(0)
  })

  it('passes over a byte order mark, lines to be skipped, comments and blank lines', () => {
    const text = '\ufeffexported on Monday\n"unbalanced\n# comment\na,b\n\n1,2\n   \n# more\n3,4'
    const {values, ledger} = parse(text, {skipLines: 2, comment: '#'})
    expect(values).toEqual([
      {a: 1, b: 2},
      {a: 3, b: 4},
    ])
    expect(ledger).toBe(0)
  })

  it('knows line ends of all three kinds', () => {
    const records = [
      {a: 1, b: 'x'},
      {a: 2, b: 'y'},
    ]
    for (const end of ['\n', '\r\n', '\r']) {
      const {values, ledger} = parse(['a,b', '1,x', '2,y', ''].join(end))
      expect(values).toEqual(records)
      expect(ledger).toBe(0)
    }
  })

  it('names fields as told: none, given, renamed, doubled', () => {
    expect(parse('1,x\n', {headers: false}).values).toEqual([{column0: 1, column1: 'x'}])
    expect(parse('1,x\n', {headers: ['id', 'name']}).values).toEqual([{id: 1, name: 'x'}])
    expect(parse('A,B\n1,x\n', {headers: ['id', 'name'], renameHeaders: true}).values).toEqual([{id: 1, name: 'x'}])
    expect(parse('a,a,\n1,2,3\n').values).toEqual([{a: 1, a_1: 2, column2: 3}])
    const [record] = parse('__proto__,constructor\n1,2\n').values as object[]
    expect(Object.entries(record)).toEqual([
      ['__proto__', 1],
      ['constructor', 2],
    ])
  })

  it('takes types and null words from the user', () => {
    const options: CsvReadOptions = {schema: {id: 'string', n: 'number'}, nullWords: ['NA', '-']}
    expect(parse('id,n,s\n1,NA,NA\n2,3,"NA"\n-,-,\n', options).values).toEqual([
      {id: '1', n: null, s: null},
      {id: '2', n: 3, s: 'NA'},
      {id: null, n: null, s: ''},
    ])
    expect(parse('id,n\n1,2\n', {inferTypes: false}).values).toEqual([{id: '1', n: '2'}])
  })

  it('trims, drops and pads as told', () => {
    expect(parse('a,b\n x , " y " \n', {trim: true}).values).toEqual([{a: 'x', b: 'y'}])
    expect(parse('a,b\n x,y \n', {ltrim: true}).values).toEqual([{a: 'x', b: 'y '}])
    expect(parse('a,b\n1\n', {nullPadding: true}).values).toEqual([{a: 1, b: null}])
    expect(parse('a,b\n1,2,3\n', {discardUnmappedColumns: true}).values).toEqual([{a: 1, b: 2}])
    expect(parse('a,b\n,\n1,2\n" ",\n', {ignoreEmpty: true}).values).toEqual([{a: '1', b: 2}])
    expect(parse('a,b\n1,2\n3,4\n', {skipRows: 1}).values).toEqual([{a: 3, b: 4}])
  })

  it('reads other dialects', () => {
    expect(parse("a;b\n'x;''y';2\n", {delimiter: ';', quote: "'"}).values).toEqual([{a: "x;'y", b: 2}])
    expect(parse('a||b\n"x||y"||2\n', {delimiter: '||'}).values).toEqual([{a: 'x||y', b: 2}])
    expect(parse('a,b\n"x","2\n', {quote: null}).values).toEqual([{a: '"x"', b: '"2'}])
    expect(parse('a,b\n"x\\"y",1\n', {escape: '\\'}).values).toEqual([{a: 'x"y', b: 1}])
  })

  it('reads only the fields asked for', () => {
    expect(parse('a,b,c\n1,"x\ny",3\n', {fields: ['c', 'a']}).values).toEqual([{a: 1, c: 3}])
    expect(errorOf(() => parse('a,b\n1,2\n', {fields: ['c']})).message).toBe(
      'CSV option "fields" names the field "c", which the input does not have (it has: a, b)',
    )
  })

  it('counts what is not UTF-8', () => {
    const text = Buffer.concat([Buffer.from('a,b\nx,'), Buffer.from([0xff]), Buffer.from('\ny,\ufffd\n')])
    const {values, metrics} = parse(text)
    expect(values).toEqual([
      {a: 'x', b: '\ufffd'},
      {a: 'y', b: '\ufffd'},
    ])
    expect(metrics.invalidUtf8).toBe(1)
  })

  it('waits for the first record before it infers types', () => {
    expect(parse('a,b\n1,2.5\n', {}, [1]).values).toEqual([{a: 1, b: 2.5}])
    expect(parse('a,b\n').values).toEqual([])
    expect(parse('').values).toEqual([])
  })
})

describe('bad CSV records', () => {
  const BAD = 'a,b,c\n1,2,3\n4,5\nx,5,6\n7,"8"9,9\n"10\n11",1,2\n1,2,3,4\n'
  const schema = {a: 'integer', b: 'integer', c: 'integer'} as const

  it('end the job with file, line and reason', () => {
    const error = errorOf(() => parse(BAD, {schema}))
    expect(error.code).toBe('FTS_BAD_RECORD')
    expect(error.message).toBe('orders.csv:3: expected 3 fields, found 2: 4,5')
    expect(error.tryThis).toContain("onError: 'skip'")
  })

  it('are skipped, counted, and reported once a kind with an example', () => {
    const {values, metrics, reports, ledger} = parse(BAD, {schema, onError: 'skip'}, [2, 4, 6])
    expect(values).toEqual([{a: 1, b: 2, c: 3}])
    expect(metrics.recordsBad).toBe(5)
    expect(reports).toEqual({
      'bad records, wrong number of fields (orders.csv:3: expected 3 fields, found 2: 4,5)': 2,
      'bad records, wrong type (orders.csv:4: field "a": "x" is not a whole number up to 2^53: x,5,6)': 2,
      'bad records, wrong quotes (orders.csv:5: there is text between a closing quote and the next delimiter: 7,"8"9,9)': 1,
    })
    expect(ledger).toBe(0)
  })

  it('go to a side output', () => {
    const {side, values} = parse(BAD, {schema, onError: 'sideOutput', sideOutputTag: 'dead'}, [3])
    expect(values).toHaveLength(1)
    expect(side.dead.map((record) => [(record as {line: number}).line, (record as {text: string}).text])).toEqual([
      [3, '4,5'],
      [4, 'x,5,6'],
      [5, '7,"8"9,9'],
      [6, '"10\n11",1,2'],
      [8, '1,2,3,4'],
    ])
  })

  it('include a quote that is never closed', () => {
    expect(errorOf(() => parse('a,b\n1,"2\n3,4\n')).message).toBe(
      'orders.csv:2: a quoted field is never closed: 1,"2\\n3,4',
    )
    expect(errorOf(() => parse(`a,b\n1,"${'x\n'.repeat(100)}`, {maxRecordBytes: 50}, [60])).code).toBe(
      'FTS_RECORD_TOO_LONG',
    )
  })

  it('have the right line in a later split', () => {
    const text = 'a,b\n1,2\n3,4\n5,6\n7\n'
    const {path} = fileOf('later.csv', text)
    const operator = new ParseCsvOperator({
      options: {onError: 'sideOutput'},
      schema: planCsv([{path, compression: 'none'}]).schema!,
    })
    const startByte = text.indexOf('5,6')
    const {side, values} = runOnBlocks(operator, [
      {bytes: text.slice(startByte), origin: {input: path, startByte, endsSplit: true, isCut: false}},
    ])
    expect(values).toEqual([{a: 5, b: 6}])
    expect(side['bad-records']).toEqual([{input: path, line: 5, reason: 'expected 2 fields, found 1', text: '7'}])
  })
})

describe('planCsv', () => {
  it('shows the schema as it can be given back', () => {
    const file = fileOf(
      'shown.csv',
      'id,unit price,at,big\n1,2.5,2026-11-21T08:30:00Z,12345678901234567890\n2,,2026-11-21T08:31:00Z,1\n',
    )
    const {recordSchema, isSplittable} = planCsv([file])
    expect(formatSchema(recordSchema)).toBe(
      "id: 'integer',\n'unit price': 'number', // may be null\nat: 'timestamp',\nbig: 'string',\n",
    )
    expect(isSplittable).toBe(true)
  })

  it('reads files with line ends in quotes in one piece, when the sample or the user says so', () => {
    expect(planCsv([fileOf('multi.csv', 'a,b\n1,"x\ny"\n')]).isSplittable).toBe(false)
    expect(planCsv([fileOf('single.csv', 'a,b\n1,"x"\n')], {multiLine: true}).isSplittable).toBe(false)
    expect(planCsv([fileOf('multi.csv', 'a,b\n1,"x\ny"\n')], {multiLine: false}).isSplittable).toBe(true)
  })

  it('looks into compressed files, and past empty ones', () => {
    const files = [fileOf('empty.csv', ''), fileOf('packed.csv.gz', gzipSync('a,b\n1,x\n'))]
    expect(planCsv(files).recordSchema.map(({type}) => type)).toEqual(['integer', 'string'])
  })

  it('refuses another header in a later file', () => {
    const operator = new ParseCsvOperator({schema: [{name: 'a', type: 'string', nullable: false}]})
    expect(errorOf(() => runOnBlocks(operator, blocksOf('b\n1\n'))).message).toContain(
      'its header has the fields b, expected a',
    )
  })

  it('refuses options that it does not know or cannot use', () => {
    const messages = [
      {sep: ';'},
      {delimiter: ''},
      {quote: 'ab'},
      {schema: {a: 'date'}},
      {onError: 'ignore'},
      {comment: ','},
    ].map((options) => errorOf(() => planCsv([], options as unknown as CsvReadOptions)).message)
    expect(messages[0]).toContain('CSV option "sep": there is no such option; there are delimiter, quote,')
    expect(messages.slice(1)).toEqual([
      'CSV option "delimiter": it is "", expected one character or more, no line end',
      'CSV option "quote": it is "ab", expected one ASCII character',
      'CSV option "schema": field "a" has type "date", expected one of string, number, integer, boolean, timestamp',
      'CSV option "onError": it is "ignore", expected fail or skip or sideOutput',
      'CSV option "comment": it is also the delimiter\'s first character, ","',
    ])
  })
})
