import {FtsError} from '../../../core/index.js'
import type {InputFile} from '../../sources/plan-files.js'
import {readSample, type Sample} from '../read-sample.js'
import type {RecordSchema} from '../schema/record-schema.js'
import {csvColumns} from './csv-columns.js'
import type {CsvReadOptions} from './csv-options.js'
import {inferCsv} from './infer-csv.js'
import {type ResolvedCsvOptions, resolveCsvOptions} from './resolve-csv-options.js'

type PlannedFile = Pick<InputFile, 'path' | 'compression' | 'isStream'>

/** What is decided about CSV files before a job starts. */
export interface CsvPlan {
  /** Every column of the files, for `csv.parse`; undefined for files that are all empty, or can be read only once. */
  readonly schema: RecordSchema | undefined
  /** The fields of the records: those of `schema` that are read. */
  readonly recordSchema: RecordSchema
  /** False: the files must be read in one piece each. */
  readonly isSplittable: boolean
}

/**
 * Looks into the files: infers the schema from the beginning of the first one that is not empty, and decides whether files may be cut at line ends.
 *
 * A cut is right where it does not fall into a quoted field. It is allowed unless the user or the sample says that quoted fields have line
 * ends; that each cut was right is then checked by whoever reads up to it (FTS_CSV_CUT).
 *
 * Errors   `user`: FTS_CSV_OPTION, FTS_UNKNOWN_FIELD, FTS_CANNOT_READ, FTS_CSV_NO_HEADER.
 */
export function planCsv(files: readonly PlannedFile[], options: CsvReadOptions = {}): CsvPlan {
  const resolved = resolveCsvOptions(options)
  for (const file of files) {
    if (file.isStream === true) continue
    const sample = readSample(file)
    if (sample.bytes.length === 0) continue
    return planOf(file.path, sample, resolved)
  }
  return {schema: undefined, recordSchema: [], isSplittable: false}
}

function planOf(path: string, sample: Sample, options: ResolvedCsvOptions): CsvPlan {
  const inference = inferCsv(sample.bytes, sample.isWhole, options)
  if (inference === undefined) throw noHeader(path, options)
  const {schema, hasMultiLineFields} = inference
  const columns = csvColumns(schema, options)
  const isMultiLine = options.multiLine === true || (options.multiLine === 'auto' && hasMultiLineFields)
  return {
    schema,
    recordSchema: schema.filter((_, index) => columns[index].isRead),
    isSplittable: !isMultiLine && options.skipLines === 0 && options.skipRows === 0,
  }
}

function noHeader(path: string, {hasHeaderLine}: ResolvedCsvOptions): FtsError {
  return new FtsError(
    'user',
    'FTS_CSV_NO_HEADER',
    `${path}: there is no complete ${hasHeaderLine ? 'header line' : 'record'} at its beginning`,
    {path},
    {tryThis: 'Check that it is CSV, and the options quote, comment and skipLines.'},
  )
}
