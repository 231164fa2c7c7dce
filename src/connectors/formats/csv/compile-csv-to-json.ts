import {parseTimestamp} from '../schema/parse-timestamp.js'
import type {CsvColumn} from './csv-columns.js'
import {CR, LF} from './csv-dialect.js'
import type {ResolvedCsvOptions} from './resolve-csv-options.js'

/** Where the generated code writes and how far it came; `bytes` must have room for the worst case, see `worstJsonBytes`. */
export interface JsonTarget {
  bytes: Buffer
  at: number
  rowCount: number
}

/**
 * Writes plain records of `bytes[from .. end)`, where a line end stands before `end`, to `out` as JSON lines; answers where it stopped: at
 * `end`, or at a record that is not plain and needs the exact reader.
 */
export type PlainRowTranscoder = (bytes: Buffer, from: number, end: number, out: JsonTarget) => number

const EXACT_DIGITS = 15

/**
 * Generates the code that turns CSV into JSON lines without making records: what JSON.stringify would write of the record that
 * compileCsvRows makes, byte for byte. The bytes must be UTF-8.
 *
 * Undefined for options that change values (trim, null words) and for names that JSON.stringify would put in another order.
 */
export function compileCsvToJson(
  columns: readonly CsvColumn[],
  options: ResolvedCsvOptions,
): PlainRowTranscoder | undefined {
  const {dialect, nullWords, ignoreEmpty} = options
  const [delimiter] = dialect.delimiter
  const isPlain =
    delimiter !== 0x22 &&
    delimiter !== 0x5c &&
    !dialect.ltrim &&
    !dialect.rtrim &&
    nullWords === undefined &&
    !ignoreEmpty
  const keepsOrder = columns.every(({name}) => !/^(?:0|[1-9]\d*)$/.test(name))
  if (!isPlain || !keepsOrder || dialect.delimiter.length !== 1 || columns.length === 0) return undefined
  const source = `'use strict'
return function transcodePlainRows(b, from, end, out) {
  const o = out.bytes
  let p = from, q = 0, c = 0, s = 0, e = 0, w = out.at, start = w, digits = 0, lastDigit = 0, value = 0, rows = 0, isQuoted = false, isNegative = false
  rows: while (p < end) {
    q = p
    start = w
    ${startCode(columns, options)}
    ${columns.map((column, index) => columnCode(columns, column, index, options)).join('\n')}
    ${put(columns.some(({isRead}) => isRead) ? '}\n' : '{}\n')}
    start = w
    rows++
    p = q
  }
  out.at = start
  out.rowCount += rows
  return p
}`
  const build = new Function('COPIED', 'ESCAPED', 'timestamp', source)
  return build(copiedBytes(options), ESCAPED, (bytes: Buffer, from: number, to: number, target: Buffer, at: number) =>
    writeTimestamp(bytes.toString('latin1', from, to), target, at),
  ) as PlainRowTranscoder
}

/** Bytes that so much CSV may become at most: each byte six (`\\u0000`), names in every record, and timestamps of full length. */
export function worstJsonBytes(columns: readonly CsvColumn[], csvBytes: number): number {
  const names = columns.reduce((sum, {name}) => sum + Buffer.byteLength(JSON.stringify(name)) + 32, 8)
  return csvBytes * 6 + (Math.ceil(csvBytes / Math.max(1, columns.length)) + 1) * names
}

/** Quote and backslash stand behind a backslash in JSON. */
const ESCAPED = new Uint8Array(256)
ESCAPED[0x22] = 1
ESCAPED[0x5c] = 1

/** 1 for bytes of an unquoted field that are the same in JSON. */
function copiedBytes({dialect}: ResolvedCsvOptions): Uint8Array {
  const copied = new Uint8Array(256).fill(1)
  copied.fill(0, 0, 0x20)
  for (const byte of [0x22, 0x5c, dialect.delimiter[0]]) copied[byte] = 0
  if (dialect.quote >= 0) copied[dialect.quote] = 0
  return copied
}

/** Length of what was written, or 0 for a text that is no timestamp. */
function writeTimestamp(text: string, target: Buffer, at: number): number {
  const instant = parseTimestamp(text)
  return instant === undefined ? 0 : target.write(`"${new Date(instant).toISOString()}"`, at, 'latin1')
}

function startCode(columns: readonly CsvColumn[], {dialect}: ResolvedCsvOptions): string {
  const first = dialect.comment >= 0 ? [`c === ${dialect.comment}`] : []
  if (columns.length === 1) first.push('c <= 32')
  return first.length === 0 ? '' : `c = b[q]\nif (${first.join(' || ')}) break rows`
}

function columnCode(
  columns: readonly CsvColumn[],
  column: CsvColumn,
  index: number,
  options: ResolvedCsvOptions,
): string {
  const isFinal = index === columns.length - 1
  const ended = isFinal ? `(c === ${LF} || c === ${CR})` : `c === ${options.dialect.delimiter[0]}`
  const pass = isFinal ? `if (c === ${CR} && b[++q] !== ${LF}) break rows\nq++` : 'q++'
  const isFirst = columns.findIndex(({isRead}) => isRead) === index
  const name = column.isRead ? put(`${isFirst ? '{' : ','}${JSON.stringify(column.name)}:`) : ''
  return `${name}\n${column.isRead ? fieldCode(column, ended, options) : passCode(ended, options)}\n${pass}`
}

/** Stores a constant text. */
function put(text: string): string {
  const bytes = [...Buffer.from(text)]
  return `${bytes.map((byte, offset) => `o[w + ${offset}] = ${byte}`).join('; ')}; w += ${bytes.length}`
}

function fieldCode({type}: CsvColumn, ended: string, options: ResolvedCsvOptions): string {
  switch (type) {
    case 'integer':
      return numberCode(ended, options, '')
    case 'number':
      return numberCode(ended, options, FRACTION)
    case 'boolean':
      return `${passCode(ended, options)}
        if (e === s) { ${put('null')} }
        else if (e === s + 4 && b[s] === 116 && b[s + 1] === 114 && b[s + 2] === 117 && b[s + 3] === 101) { ${put('true')} }
        else if (e === s + 5 && b[s] === 102 && b[s + 1] === 97 && b[s + 2] === 108 && b[s + 3] === 115 && b[s + 4] === 101) { ${put('false')} }
        else break rows`
    case 'timestamp':
      return `${passCode(ended, options)}
        if (e === s) { ${put('null')} }
        else {
          value = timestamp(b, s, e, o, w)
          if (value === 0) break rows
          w += value
        }`
    default:
      return stringCode(ended, options)
  }
}

/** Passes a field without escapes: its bytes become [s, e). */
function passCode(ended: string, {dialect}: ResolvedCsvOptions): string {
  const {quote, escape: escapeByte, delimiter} = dialect
  const stops = [`c !== ${delimiter[0]}`, `c !== ${LF}`, `c !== ${CR}`, ...(quote < 0 ? [] : [`c !== ${quote}`])]
  const plain = `s = q\nwhile (${['(c = b[q], true)', ...stops].join(' && ')}) q++\ne = q`
  if (quote < 0) return `${plain}\nif (!(${ended})) break rows`
  const inner = [`c === ${LF}`, `c === ${CR}`, ...(escapeByte === quote ? [] : [`c === ${escapeByte}`])]
  return `if (b[q] === ${quote}) {
      s = ++q
      while ((c = b[q]) !== ${quote}) { if (${inner.join(' || ')}) break rows; q++ }
      e = q
      c = b[++q]
    } else {
      ${plain}
    }
    if (!(${ended})) break rows`
}

function stringCode(ended: string, {dialect}: ResolvedCsvOptions): string {
  const {quote, escape: escapeByte} = dialect
  const plain = `for (;;) {
        while (COPIED[c = b[q]] === 1) { o[w++] = c; q++ }
        if (ESCAPED[c] === 0 || c === ${quote}) break
        o[w++] = 92
        o[w++] = c
        q++
      }`
  const quoted = `c = b[++q]
      while (c !== ${quote}) {
        if (c < 32${escapeByte === quote ? '' : ` || c === ${escapeByte}`}) break rows
        if (ESCAPED[c] === 1) o[w++] = 92
        o[w++] = c
        c = b[++q]
      }
      c = b[++q]`
  const copy = quote < 0 ? plain : `if (b[q] === ${quote}) {\n${quoted}\n} else {\n${plain}\n}`
  return `o[w++] = 34\n${copy}\nif (!(${ended})) break rows\no[w++] = 34`
}

/** Digits behind the point: trailing zeros are not written, and numbers that JavaScript writes with an exponent are not plain. */
const FRACTION = `if (c === 46) {
          s = w
          lastDigit = w
          o[w++] = 46
          q++
          while ((c = b[q]) >= 48 && c <= 57) { o[w++] = c; value |= c - 48; if (c !== 48) lastDigit = w; q++; digits++ }
          if (w === s + 1 || digits > ${EXACT_DIGITS}) break rows
          if (o[s - 1] === 48 && w > s + 6 && o[s + 1] === 48 && o[s + 2] === 48 && o[s + 3] === 48 && o[s + 4] === 48 && o[s + 5] === 48 && o[s + 6] === 48) break rows
          w = lastDigit
        }`

function numberCode(ended: string, {dialect}: ResolvedCsvOptions, fraction: string): string {
  const {quote} = dialect
  const open = quote < 0 ? '' : `isQuoted = c === ${quote}\nif (isQuoted) c = b[++q]`
  const close = quote < 0 ? '' : `if (isQuoted) { if (c !== ${quote}) break rows; c = b[++q] }`
  return `c = b[q]
    if (${ended}) { ${put('null')} }
    else {
      ${open}
      isNegative = c === 45
      if (isNegative) { o[w++] = c; c = b[++q] }
      s = w
      value = 0
      while (c >= 48 && c <= 57) { o[w++] = c; value |= c - 48; c = b[++q] }
      digits = w - s
      if (digits === 0 || digits > ${EXACT_DIGITS} || (digits > 1 && o[s] === 48)) break rows
      ${fraction}
      ${close}
      if (!(${ended}) || (isNegative && value === 0)) break rows
    }`
}
