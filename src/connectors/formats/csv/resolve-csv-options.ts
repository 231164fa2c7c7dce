import {nearestKey} from '../../../config/index.js'
import {FtsError} from '../../../core/index.js'
import {BAD_RECORD_POLICIES, BAD_RECORDS_TAG, type BadRecordPolicy} from '../bad/bad-record.js'
import {FIELD_TYPES, type SchemaOption} from '../schema/record-schema.js'
import type {CsvDialect} from './csv-dialect.js'
import type {CsvReadOptions} from './csv-options.js'

const MAX_RECORD_BYTES = 16 * 1024 * 1024

/** CsvReadOptions, checked and with defaults. */
export interface ResolvedCsvOptions {
  readonly dialect: CsvDialect
  /** Whether each file begins with a header line. */
  readonly hasHeaderLine: boolean
  /** Names that the user gave. */
  readonly names: readonly string[] | undefined
  readonly ignoreEmpty: boolean
  readonly skipLines: number
  readonly skipRows: number
  readonly discardUnmappedColumns: boolean
  readonly nullPadding: boolean
  /** Undefined: the default rule, see CsvReadOptions. */
  readonly nullWords: readonly string[] | undefined
  readonly schema: SchemaOption
  readonly inferTypes: boolean
  readonly fields: readonly string[] | undefined
  readonly multiLine: boolean | 'auto'
  readonly onError: BadRecordPolicy
  readonly sideOutputTag: string
  readonly maxRecordBytes: number
}

const KNOWN = [
  'delimiter',
  'quote',
  'escape',
  'comment',
  'headers',
  'renameHeaders',
  'trim',
  'ltrim',
  'rtrim',
  'ignoreEmpty',
  'skipLines',
  'skipRows',
  'discardUnmappedColumns',
  'nullPadding',
  'nullWords',
  'schema',
  'inferTypes',
  'fields',
  'multiLine',
  'onError',
  'sideOutputTag',
  'maxRecordBytes',
] as const satisfies readonly (keyof CsvReadOptions)[]

/** Errors: `user` FTS_CSV_OPTION for an unknown option or a wrong value; the sentence says what is expected. */
export function resolveCsvOptions(options: CsvReadOptions = {}): ResolvedCsvOptions {
  for (const key of Object.keys(options)) {
    if (!(KNOWN as readonly string[]).includes(key))
      throw wrong(key, `there is no such option; there are ${KNOWN.join(', ')}`, nearestKey(key, KNOWN))
  }
  const {headers = true, nullWords, fields} = options
  const names = typeof headers === 'boolean' ? undefined : distinctNames(headers, 'headers')
  const isAFlag = (key: keyof CsvReadOptions) => flag(options, key)
  return {
    dialect: dialectOf(options),
    hasHeaderLine: headers === true || (names !== undefined && isAFlag('renameHeaders')),
    names,
    ignoreEmpty: isAFlag('ignoreEmpty'),
    skipLines: count(options, 'skipLines', 0),
    skipRows: count(options, 'skipRows', 0),
    discardUnmappedColumns: isAFlag('discardUnmappedColumns'),
    nullPadding: isAFlag('nullPadding'),
    nullWords: nullWords === undefined ? undefined : texts('nullWords', [nullWords].flat()),
    schema: schemaOf(options.schema),
    inferTypes: options.inferTypes ?? true,
    fields: fields === undefined ? undefined : distinctNames(fields, 'fields'),
    multiLine: oneOf('multiLine', options.multiLine ?? 'auto', [true, false, 'auto']),
    onError: oneOf('onError', options.onError ?? 'fail', BAD_RECORD_POLICIES),
    sideOutputTag: options.sideOutputTag ?? BAD_RECORDS_TAG,
    maxRecordBytes: count(options, 'maxRecordBytes', MAX_RECORD_BYTES),
  }
}

function dialectOf(options: CsvReadOptions): CsvDialect {
  const {delimiter = ',', comment} = options
  if (typeof delimiter !== 'string' || delimiter === '' || /[\r\n]/.test(delimiter)) {
    throw wrong('delimiter', `it is ${JSON.stringify(delimiter)}, expected one character or more, no line end`)
  }
  const quote = options.quote === null ? -1 : asciiOf('quote', options.quote ?? '"')
  const escapeByte = quote < 0 ? -1 : options.escape === undefined ? quote : asciiOf('escape', options.escape)
  const dialect = {
    delimiter: new TextEncoder().encode(delimiter),
    quote,
    escape: escapeByte,
    comment: comment === undefined || comment === null ? -1 : asciiOf('comment', comment),
    ltrim: flag(options, 'trim') || flag(options, 'ltrim'),
    rtrim: flag(options, 'trim') || flag(options, 'rtrim'),
  }
  const [first] = dialect.delimiter
  for (const [name, byte] of [
    ['quote', quote],
    ['escape', escapeByte],
    ['comment', dialect.comment],
  ] as const) {
    if (byte === first) throw wrong(name, `it is also the delimiter's first character, ${JSON.stringify(delimiter)}`)
  }
  if (quote >= 0 && quote === dialect.comment) throw wrong('comment', 'it is also the quote')
  return dialect
}

function asciiOf(key: string, value: unknown): number {
  const byte = typeof value === 'string' && value.length === 1 ? value.charCodeAt(0) : -1
  if (byte >= 0 && byte < 0x80 && byte !== 0x0a && byte !== 0x0d) return byte
  throw wrong(key, `it is ${JSON.stringify(value)}, expected one ASCII character`)
}

function flag(options: CsvReadOptions, key: keyof CsvReadOptions): boolean {
  return oneOf(key, options[key] ?? false, [true, false]) as boolean
}

function count(options: CsvReadOptions, key: 'skipLines' | 'skipRows' | 'maxRecordBytes', fallback: number): number {
  const value = options[key] ?? fallback
  if (Number.isSafeInteger(value) && value >= 0) return value
  throw wrong(key, `it is ${String(value)}, expected a whole number of 0 or more`)
}

function oneOf<T>(key: string, value: unknown, allowed: readonly T[]): T {
  if (allowed.includes(value as T)) return value as T
  throw wrong(key, `it is ${JSON.stringify(value)}, expected ${allowed.join(' or ')}`)
}

function texts(key: string, values: readonly unknown[]): readonly string[] {
  if (Array.isArray(values) && values.every((value) => typeof value === 'string')) return values as string[]
  throw wrong(key, 'expected texts')
}

function distinctNames(values: readonly string[], key: string): readonly string[] {
  const names = texts(key, values)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw wrong(key, `"${twice}" is there twice`)
  if (names.length === 0) throw wrong(key, 'it is empty')
  return names
}

function schemaOf(schema: SchemaOption | undefined): SchemaOption {
  for (const [name, type] of Object.entries(schema ?? {})) {
    if (!FIELD_TYPES.includes(type) || type === 'json') {
      const types = FIELD_TYPES.filter((known) => known !== 'json').join(', ')
      throw wrong('schema', `field "${name}" has type ${JSON.stringify(type)}, expected one of ${types}`)
    }
  }
  return schema ?? {}
}

function wrong(option: string, reason: string, near?: string): FtsError {
  const tryThis = near === undefined ? {} : {tryThis: `Did you mean "${near}"?`}
  return new FtsError('user', 'FTS_CSV_OPTION', `CSV option "${option}": ${reason}`, {option}, tryThis)
}
