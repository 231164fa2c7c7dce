import {parseTimestamp} from '../schema/parse-timestamp.js'
import type {CsvColumn} from './csv-columns.js'
import {CR, LF} from './csv-dialect.js'
import type {ResolvedCsvOptions} from './resolve-csv-options.js'

/**
 * Reads plain records from `bytes[from .. end)`, where a line end stands before `end`, and adds them to `rows`; answers where it stopped:
 * at `end`, or at a record that is not plain and needs the exact reader. `text` is `bytes` as latin1.
 */
export type PlainRowReader = (bytes: Buffer, from: number, end: number, text: string, rows: unknown[]) => number

export type CsvRowOptions = Pick<ResolvedCsvOptions, 'dialect' | 'nullWords' | 'ignoreEmpty'>

/** Decodes `bytes[from .. to)`. */
export type DecodeUtf8 = (bytes: Buffer, from: number, to: number) => string

/** Digits that a double holds exactly whatever they are. */
const EXACT_DIGITS = 15
/** Shorter substrings are copied by V8, longer ones keep the whole block alive. */
const COPIED_SUBSTRING_MAX = 12
const POWERS = Float64Array.from({length: EXACT_DIGITS + 1}, (_, exponent) => 10 ** exponent)

/**
 * Generates the reader for a schema and a dialect: one pass over the bytes, numbers computed while they are scanned, one object literal
 * a record (one hidden class). Anything that is not plain (line ends or escapes inside of quotes, long numbers, missing fields, blank
 * lines, comments) makes it stop before that record.
 *
 * Undefined for dialects that it does not know: a delimiter of several bytes.
 * Cost   see the README: 2026-11-21, about 210 ns a record of five fields.
 */
export function compileCsvRows(
  columns: readonly CsvColumn[],
  options: CsvRowOptions,
  decodeUtf8: DecodeUtf8,
): PlainRowReader | undefined {
  if (options.dialect.delimiter.length !== 1 || columns.length === 0) return undefined
  const fields = columns.flatMap(({name, isRead}, index) => (isRead ? `${keyOf(name)}: f${index}` : []))
  const source = `'use strict'
return function readPlainRows(b, from, end, text, rows) {
  let p = from, q = 0, c = 0, s = 0, e = 0, high = 0, v = 0, digits = 0, isNegative = false, isQuoted = false
  rows: while (p < end) {
    q = p
    ${rowStartChecks(columns, options)}
    ${columns.map((column, index) => columnCode(column, index, index === columns.length - 1, options)).join('\n')}
    rows.push({${fields.join(', ')}})
    p = q
  }
  return p
}`
  const build = new Function('SPECIAL', 'NULLS', 'POWERS', 'timestamp', 'utf8', source)
  return build(specialBytes(options), new Set(options.nullWords), POWERS, parseTimestamp, decodeUtf8) as PlainRowReader
}

/** A literal's key; only `__proto__` must be computed to be a field like others. */
function keyOf(name: string): string {
  return name === '__proto__' ? '["__proto__"]' : JSON.stringify(name)
}

/** 1 for every byte at which an unquoted field stops being plain. */
function specialBytes({dialect}: CsvRowOptions): Uint8Array {
  const special = new Uint8Array(256)
  special[dialect.delimiter[0]] = 1
  special[LF] = 1
  special[CR] = 1
  if (dialect.quote >= 0) special[dialect.quote] = 1
  return special
}

/** What makes a record special by its first byte. */
function rowStartChecks(columns: readonly CsvColumn[], {dialect, ignoreEmpty}: CsvRowOptions): string {
  const first: string[] = []
  if (dialect.comment >= 0) first.push(`c === ${dialect.comment}`)
  if (ignoreEmpty) first.push('c <= 32', `c === ${dialect.delimiter[0]}`, `c === ${dialect.quote}`)
  else if (columns.length === 1) first.push('c <= 32')
  return first.length === 0 ? '' : `c = b[q]\nif (${first.join(' || ')}) break rows`
}

function columnCode(column: CsvColumn, index: number, isFinal: boolean, options: CsvRowOptions): string {
  const ended = isFinal ? `(c === ${LF} || c === ${CR})` : `c === ${options.dialect.delimiter[0]}`
  const pass = isFinal ? `if (c === ${CR} && b[++q] !== ${LF}) break rows\nq++` : 'q++'
  const isNumber = column.isRead && (column.type === 'integer' || column.type === 'number')
  const read = isNumber
    ? numberCode(column.type === 'number', index, ended, options)
    : `${scanCode(options)}\nif (!(${ended})) break rows\n${column.isRead ? valueCode(column, index, options) : ''}`
  return `${read}\n${pass}`
}

/** The field's bytes become [s, e); `c` is the byte at `q` behind it; `high` > 127 says that there is more than ASCII. */
function scanCode({dialect}: CsvRowOptions): string {
  const plain = 's = q\nhigh = 0\nisQuoted = false\nwhile (SPECIAL[c = b[q]] === 0) { high |= c; q++ }\ne = q'
  if (dialect.quote < 0) return plain
  const stops = [`c === ${LF}`, `c === ${CR}`, ...(dialect.escape === dialect.quote ? [] : [`c === ${dialect.escape}`])]
  return `if (b[q] === ${dialect.quote}) {
      s = ++q
      high = 0
      isQuoted = true
      while ((c = b[q]) !== ${dialect.quote}) { if (${stops.join(' || ')}) break rows; high |= c; q++ }
      e = q
      c = b[++q]
    } else {
      ${plain}
    }`
}

function valueCode({type}: CsvColumn, index: number, options: CsvRowOptions): string {
  if (type === 'boolean') return booleanCode(index, options)
  if (type === 'timestamp') return timestampCode(index, options)
  return stringCode(index, options)
}

function stringCode(index: number, {dialect, nullWords}: CsvRowOptions): string {
  const {ltrim, rtrim} = dialect
  const trim = ltrim && rtrim ? '.trim()' : ltrim ? '.trimStart()' : rtrim ? '.trimEnd()' : ''
  const words = nullWords === undefined ? '' : `\nif (!isQuoted && NULLS.has(f${index})) f${index} = null`
  const decoded = `high > 127 ? utf8(b, s, e) : e - s > ${COPIED_SUBSTRING_MAX} ? b.latin1Slice(s, e) : text.substring(s, e)`
  return `let f${index} = (${decoded})${trim}${words}`
}

function booleanCode(index: number, options: CsvRowOptions): string {
  return `let f${index} = null
    if (e === s + 4 && b[s] === 116 && b[s + 1] === 114 && b[s + 2] === 117 && b[s + 3] === 101) f${index} = true
    else if (e === s + 5 && b[s] === 102 && b[s + 1] === 97 && b[s + 2] === 108 && b[s + 3] === 115 && b[s + 4] === 101) f${index} = false
    else if (${isNotNull(options)}) break rows
    ${ownNullWords(index, options)}`
}

function timestampCode(index: number, options: CsvRowOptions): string {
  return `let f${index} = null
    if (e > s) {
      v = high > 127 ? undefined : timestamp(text.substring(s, e))
      if (v === undefined) break rows
      f${index} = new Date(v)
    } else if (${isNotNull(options)}) break rows
    ${ownNullWords(index, options)}`
}

/** What is left for the exact reader to decide about. */
function isNotNull(options: CsvRowOptions): string {
  if (!isEmptyNull(options)) return 'true'
  return options.nullWords === undefined ? 'e > s' : 'e > s || isQuoted'
}

function isEmptyNull({nullWords}: CsvRowOptions): boolean {
  return nullWords === undefined || nullWords.includes('')
}

/** A word such as `-999` or `false` may be a value by its looks and yet mean null. */
function ownNullWords(index: number, {nullWords}: CsvRowOptions): string {
  return nullWords === undefined ? '' : `if (!isQuoted && NULLS.has(text.substring(s, e))) f${index} = null`
}

function numberCode(hasFraction: boolean, index: number, ended: string, options: CsvRowOptions): string {
  const {quote} = options.dialect
  const fraction = `if (c === 46) {
        p1 = ++q
        while ((c = b[q]) >= 48 && c <= 57) { v = v * 10 + (c - 48); q++ }
        digits += q - p1
        if (digits > ${EXACT_DIGITS} || q === p1) break rows
        v /= POWERS[q - p1]
      }`
  const open = quote < 0 ? '' : `if (c === ${quote}) { isQuoted = true; c = b[++q] }`
  const close = quote < 0 ? '' : `if (isQuoted) { if (c !== ${quote}) break rows; c = b[++q] }`
  return `let f${index} = null
    c = b[q]
    if (${isEmptyNull(options) ? `!(${ended})` : 'true'}) {
      isQuoted = false
      ${open}
      s = q
      isNegative = false
      if (c === 45) { isNegative = true; q++ }
      let p1 = q
      v = 0
      while ((c = b[q]) >= 48 && c <= 57) { v = v * 10 + (c - 48); q++ }
      digits = q - p1
      if (digits === 0 || digits > ${EXACT_DIGITS}) break rows
      ${hasFraction ? fraction : ''}
      e = q
      ${close}
      if (!(${ended})) break rows
      f${index} = isNegative ? -v : v
      ${ownNullWords(index, options)}
    }`
}
