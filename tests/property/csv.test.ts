/**
 * Goal: CSV is read as fast-csv reads it, however it is written and wherever blocks and splits are cut; the generated reader and the
 * exact one agree.
 * Method: random texts over an alphabet of troublemakers, and random tables written in random dialects; fast-csv as the oracle.
 */
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import fc from 'fast-check'
import {parseString} from 'fast-csv'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import type {BytesBatch} from '../../src/columns/index.js'
import type {CsvReadOptions} from '../../src/connectors/formats/csv/csv-options.js'
import {CsvRecordReader} from '../../src/connectors/formats/csv/csv-record-reader.js'
import {recordTexts} from '../../src/connectors/formats/csv/infer-csv.js'
import {ParseCsvOperator} from '../../src/connectors/formats/csv/parse-csv-operator.js'
import {resolveCsvOptions} from '../../src/connectors/formats/csv/resolve-csv-options.js'
import {FormatJsonOperator} from '../../src/connectors/formats/json/format-json-operator.js'
import {LinesSource} from '../../src/connectors/sources/lines-source.js'
import {propertyOptions} from '../support/property-options.js'
import {blocksOf, runOnBlocks} from '../support/record-operator-output.js'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fts-csv-'))
})
afterAll(() => rmSync(folder, {recursive: true, force: true}))

const dialects = fc.record(
  {
    delimiter: fc.constantFrom(',', ';', '\t', '|'),
    quote: fc.constantFrom('"', "'"),
    escape: fc.constantFrom('\\', '"', "'"),
    trim: fc.boolean(),
  },
  {requiredKeys: []},
)

type Dialect = Pick<CsvReadOptions, 'delimiter' | 'escape' | 'trim'> & {readonly quote?: string}

/** Rows as fast-csv reads them, blank lines left out; an error where it throws one. */
function oracle(text: string, dialect: Dialect): Promise<string[][] | Error> {
  return new Promise((resolve) => {
    const rows: string[][] = []
    try {
      parseString(text, {...dialect, headers: false})
        .on('error', (error: Error) => resolve(error))
        .on('data', (row: string[]) => rows.push(row))
        .on('end', () => resolve(rows.filter((row) => row.length > 0)))
    } catch (error) {
      resolve(error as Error)
    }
  })
}

/** Rows by the exact reader; undefined where it finds wrong quotes. */
function exactRows(text: string, dialect: Dialect): string[][] | undefined {
  const bytes = Buffer.from(text)
  const reader = new CsvRecordReader(resolveCsvOptions(dialect).dialect)
  const rows: string[][] = []
  for (let at = 0; at < bytes.length; at = reader.end) {
    const found = reader.next(bytes, at, bytes.length, true)
    if (found === 'badQuotes' || found === 'openQuote') return undefined
    if (found === 'record') rows.push(recordTexts(reader))
  }
  return rows
}

/** fast-csv makes an empty text of a first field of blanks; we keep it as it stands. */
function withoutBlankStart(rows: readonly string[][]): string[][] {
  return rows.map(([first, ...others]) => [/^[ \t]*$/.test(first) ? '' : first, ...others])
}

describe('CsvRecordReader', () => {
  it('reads any text as fast-csv does', async () => {
    const texts = fc.array(
      fc.constantFrom(
        'a',
        'é',
        '1',
        ' ',
        '\t',
        ',',
        ';',
        '"',
        '"',
        '""',
        "'",
        '\\',
        '\n',
        '\r\n',
        '\r',
        ',"',
        '",',
        '"\n',
      ),
      {
        maxLength: 40,
      },
    )
    await fc.assert(
      fc.asyncProperty(texts, dialects, async (parts, dialect) => {
        const text = parts.join('')
        const expected = await oracle(text, dialect)
        const actual = exactRows(text, dialect)
        if (expected instanceof Error) expect(actual).toBeUndefined()
        else expect(withoutBlankStart(actual ?? [['wrong quotes']])).toEqual(withoutBlankStart(expected))
      }),
      propertyOptions(1000),
    )
  })
})

const fieldTexts = fc.oneof(
  fc.constantFrom(
    '',
    'a',
    'plain text',
    'longer than twelve characters',
    'say "hi"',
    "it's",
    'x,y;z|w',
    'two\nlines',
    'cr\r\nlf',
    'Zürich',
    '日本',
    '\\',
    ' pad ',
  ),
  fc.string({maxLength: 6}).filter((text) => !/[\u0000\ufeff]/.test(text)),
)

interface Table {
  readonly width: number
  readonly rows: readonly (readonly string[])[]
  readonly quoteAll: readonly boolean[]
}

const tables: fc.Arbitrary<Table> = fc.integer({min: 2, max: 5}).chain((width) =>
  fc.record({
    width: fc.constant(width),
    rows: fc.array(fc.array(fieldTexts, {minLength: width, maxLength: width}), {maxLength: 12}),
    quoteAll: fc.array(fc.boolean(), {minLength: width, maxLength: width}),
  }),
)

const lineEnds = fc.constantFrom('\n', '\r\n')

function written(
  {rows, quoteAll}: Table,
  {delimiter = ',', quote = '"', escape: escapeText = quote}: Dialect,
  lineEnd: string,
): string {
  const line = (row: readonly string[]) =>
    row
      .map((field, column) => {
        const mustQuote = field.includes(quote) || field.includes(delimiter) || /[\r\n]|^\s|\s$|^$/.test(field)
        if (!mustQuote && !quoteAll[column]) return field
        const escaped = [...field].map((character) =>
          character === quote || character === escapeText ? escapeText + character : character,
        )
        return quote + escaped.join('') + quote
      })
      .join(delimiter)
  return rows.map((row) => line(row) + lineEnd).join('')
}

const cells = fc.tuple(
  fc.oneof(
    fc.integer().map(String),
    fc.double({noNaN: true, noDefaultInfinity: true}).map(String),
    fc
      .tuple(fc.integer({min: -50, max: 50}), fc.nat(9_999_999), fc.nat(8))
      .map(([whole, part, zeros]) => `${whole}.${'0'.repeat(zeros)}${part}`),
    fc.constantFrom(
      '',
      '-0',
      '-0.00',
      '0.1',
      '1.50',
      '12.000',
      '+5',
      '007',
      '1e3',
      '.5',
      '5.',
      'x',
      '9007199254740993',
      '123456789012345678',
      ' 7 ',
      '--1',
      '-',
    ),
  ),
  fc.boolean(),
  fc.constantFrom('true', 'False', '', 'false', 'no'),
  fc.constantFrom('2026-11-21T08:30:00Z', '2026-11-21 08:30:00.25', '2026-11-21', 'x', ''),
  fieldTexts,
)

const TYPED: CsvReadOptions = {
  headers: ['i', 'n', 'b', 't', 's', 'plain text'],
  schema: {i: 'integer', n: 'number', b: 'boolean', t: 'timestamp'},
  inferTypes: false,
}

describe('csv.parse with json.format', () => {
  it('writes what JSON.stringify writes of the records', () => {
    const options = fc.constantFrom<CsvReadOptions>(
      {},
      {nullPadding: true},
      {fields: ['n', 's']},
      {trim: true},
      {nullWords: ['x']},
      {escape: '\\'},
      {quote: "'"},
    )
    const damages = fc.constantFrom('', '', '', '\n', '# remark\n', '1,2\n', '\u00e9\n')
    let direct = 0
    fc.assert(
      fc.property(fc.array(cells, {maxLength: 12}), options, damages, fc.boolean(), (rows, more, damage, isBroken) => {
        const quote = more.quote ?? '"'
        const text = rows.map(([number, isQuoted, flag, instant, field]) => {
          const shown = isQuoted ? `${quote}${number}${quote}` : number
          const escapeText = more.escape ?? quote
          const inQuotes = [...field]
            .map((character) => (character === quote || character === escapeText ? escapeText + character : character))
            .join('')
          return `${shown},${shown},${flag},${instant},${quote}${inQuotes}${quote},${field.replace(/[",\r\n']/g, '') || 'x'}\n${damage}`
        })
        const bytes = Buffer.concat([Buffer.from(text.join('')), Buffer.from(isBroken ? [0x31, 0x2c, 0xff, 0x0a] : [])])
        const config = {options: {...TYPED, ...more, comment: '#', onError: 'skip' as const}}
        const records = runOnBlocks(new ParseCsvOperator(config), blocksOf(bytes, [3, 7]))
        const fused = new ParseCsvOperator(config).fuseWith(new FormatJsonOperator())
        const lines = runOnBlocks(fused!, blocksOf(bytes, [3, 7]))
        expect(lines.values.join('')).toBe(records.values.map((record) => `${JSON.stringify(record)}\n`).join(''))
        expect(lines.metrics).toEqual(records.metrics)
        expect(lines.ledger).toBe(0)
        direct += records.values.length
      }),
      propertyOptions(500),
    )
    expect(direct).toBeGreaterThan(0)
  })

  it('leaves the way over records to those whose bad records are wanted', () => {
    const operator = new ParseCsvOperator({options: {onError: 'sideOutput'}})
    expect(operator.fuseWith(new FormatJsonOperator())).toBeUndefined()
  })
})

describe('csv.parse', () => {
  const names = (width: number) => Array.from({length: width}, (_, column) => `c${column}`)

  it('gives back any table, in any dialect, with blocks cut at any lines', () => {
    const given = fc.tuple(tables, dialects, lineEnds, fc.array(fc.integer({min: 1, max: 20})), fc.boolean())
    fc.assert(
      fc.property(given, ([table, {trim: _, ...dialect}, lineEnd, cuts, hasHeader]) => {
        const headers = names(table.width)
        const header = hasHeader ? headers.join(dialect.delimiter ?? ',') + lineEnd : ''
        const text = header + written(table, dialect, lineEnd)
        const options = {...dialect, headers: hasHeader ? true : headers, inferTypes: false}
        const {values, ledger} = runOnBlocks(new ParseCsvOperator({options}), blocksOf(text, cuts))
        expect(values).toEqual(
          table.rows.map((row) => Object.fromEntries(row.map((field, column) => [`c${column}`, field]))),
        )
        expect(ledger).toBe(0)
      }),
      propertyOptions(300),
    )
  })

  it('reads typed fields alike by generated code and by the exact reader', () => {
    const number = fc.oneof(
      fc.integer().map(String),
      fc.double({noNaN: true, noDefaultInfinity: true}).map(String),
      fc.tuple(fc.integer(), fc.nat(999_999)).map(([whole, fraction]) => `${whole}.${fraction}`),
      fc.constantFrom(
        '',
        '-0',
        '0.1',
        '+5',
        '007',
        '1e3',
        '.5',
        '5.',
        'x',
        '9007199254740993',
        '123456789012345678',
        ' 7 ',
        '--1',
        '-',
      ),
    )
    const cell = fc.tuple(
      number,
      fc.boolean(),
      fc.constantFrom('true', 'False', '', 'no'),
      fc.constantFrom('2026-11-21T08:30:00Z', '2026-11-21', '', 'x'),
    )
    fc.assert(
      fc.property(
        fc.array(cell, {maxLength: 10}),
        fc.option(fc.constantFrom<string[]>([''], ['x', '-0'], ['', 'no'])),
        (cells, nullWords) => {
          const options: CsvReadOptions = {
            headers: ['i', 'n', 'b', 't', 's'],
            schema: {i: 'integer', n: 'number', b: 'boolean', t: 'timestamp'},
            inferTypes: false,
            onError: 'sideOutput',
            ...(nullWords === null ? {} : {nullWords}),
          }
          const lines = cells.map(([text, isQuoted, flag, instant]) => {
            const shown = isQuoted ? `"${text}"` : text
            return `${shown},${shown},${flag},${instant},${shown}`
          })
          const fast = runOnBlocks(new ParseCsvOperator({options}), blocksOf(lines.map((line) => `${line}\n`).join('')))
          // A delimiter of two characters is read by the exact reader alone.
          const wide = lines.map((line) => `${line.replaceAll(',', '::')}\n`).join('')
          const exact = runOnBlocks(new ParseCsvOperator({options: {...options, delimiter: '::'}}), blocksOf(wide))
          expect(fast.values).toEqual(exact.values)
          expect(fast.metrics.recordsBad).toBe(exact.metrics.recordsBad)
          expect(fast.values.length + fast.metrics.recordsBad).toBe(cells.length)
          expect(fast.ledger).toBe(0)
        },
      ),
      propertyOptions(300),
    )
  })

  it('reads a file in splits as a whole, or says that it was cut inside of quotes', () => {
    const given = fc.tuple(tables, fc.array(fc.nat(400), {maxLength: 4}), fc.integer({min: 8, max: 64}))
    const path = join(folder, 'cut.csv')
    let refused = 0
    fc.assert(
      fc.property(given, ([table, cuts, blockSizeBytes]) => {
        const text = `${names(table.width).join(',')}\n${written(table, {}, '\n')}`
        writeFileSync(path, text)
        const options: CsvReadOptions = {inferTypes: false}
        const schema = names(table.width).map((name) => ({name, type: 'string' as const, nullable: false}))
        const parse = (borders: readonly number[]) =>
          borders.slice(1).flatMap((endByte, index) => {
            const blocks = readSplit(
              {path, startByte: borders[index], endByte, sizeBytes: Buffer.byteLength(text)},
              blockSizeBytes,
            )
            return runOnBlocks(new ParseCsvOperator({options, schema}), blocks).values
          })
        const size = Buffer.byteLength(text)
        const borders = [0, ...new Set(cuts.filter((cut) => cut > 0 && cut < size).sort((a, b) => a - b)), size]
        const whole = parse([0, size])
        expect(whole).toEqual(
          table.rows.map((row) => Object.fromEntries(row.map((field, column) => [`c${column}`, field]))),
        )
        try {
          expect(parse(borders)).toEqual(whole)
        } catch (error) {
          if ((error as {code?: string}).code !== 'FTS_CSV_CUT' && !isMisreading(error)) throw error
          refused += 1
        }
      }),
      propertyOptions(200),
    )
    expect(refused).toBeGreaterThan(0)
  })
})

/** What the split behind a wrong cut says before the split in front of it has its say. */
function isMisreading(error: unknown): boolean {
  return ['FTS_BAD_RECORD', 'FTS_CSV_HEADER'].includes((error as {code?: string}).code ?? '')
}

interface Range {
  readonly path: string
  readonly startByte: number
  readonly endByte: number
  readonly sizeBytes: number
}

function readSplit({path, startByte, endByte, sizeBytes}: Range, blockSizeBytes: number) {
  const blocks: {bytes: Buffer; origin: NonNullable<BytesBatch['origin']>}[] = []
  const source = new LinesSource(
    {blockSizeBytes, maxLineBytes: 1 << 20, socketMaxRetries: 0, socketRetryDelayMs: 1},
    {} as never,
  )
  const emit = (batch: BytesBatch) => blocks.push({bytes: Buffer.from(batch.bytes), origin: batch.origin!})
  source.open({metrics: {add: () => {}}, wake: () => {}} as never, {emit} as never)
  source.addSplit({kind: 'file', splitId: 0, path, startByte, endByte, fileSizeBytes: sizeBytes, compression: 'none'})
  source.noMoreSplits()
  while (source.poll() !== 'end');
  source.close()
  return blocks
}
