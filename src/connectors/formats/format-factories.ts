import type {Operator, OperatorFactory} from '../../operators/index.js'
import {type ParseCsvConfig, ParseCsvOperator} from './csv/parse-csv-operator.js'
import {type FormatJsonConfig, FormatJsonOperator} from './json/format-json-operator.js'
import {type ParseJsonConfig, ParseJsonOperator} from './json/parse-json-operator.js'
import {csvEncoderOf} from './write/csv-encoder-of.js'
import type {CsvWriteOptions} from './write/csv-write-options.js'
import {FormatRecordsOperator} from './write/format-records-operator.js'

/** Config of `csv.format`, plain data. */
interface FormatCsvConfig {
  readonly options?: CsvWriteOptions
  /** Whether the header comes first: only where one subtask writes it all. Default false. */
  readonly writesHeader?: boolean
}

/**
 * Readers and writers of records, by factory name.
 *
 *   csv.parse    bytes ─▶ records   {options?: CsvReadOptions, schema?}
 *   json.parse   bytes ─▶ records   {options?: JsonReadOptions}
 *   csv.format   records ─▶ bytes   {options?: CsvWriteOptions, writesHeader?}
 *   json.format  records ─▶ bytes   {sharedFile?}
 *
 * `csv.parse` and a `json.format` that follows in the same chain become one operator.
 */
export function formatFactories(): readonly (readonly [string, OperatorFactory])[] {
  return [
    ['csv.parse', (config) => instance(new ParseCsvOperator((config ?? {}) as ParseCsvConfig))],
    ['json.parse', (config) => instance(new ParseJsonOperator((config ?? {}) as ParseJsonConfig))],
    ['json.format', (config) => instance(new FormatJsonOperator((config ?? {}) as FormatJsonConfig))],
    ['csv.format', (config) => instance(csvFormatter((config ?? {}) as FormatCsvConfig))],
  ]
}

function csvFormatter({options, writesHeader = false}: FormatCsvConfig): Operator {
  return new FormatRecordsOperator({encoder: csvEncoderOf(options), writesHeader})
}

function instance(operator: Operator) {
  return {kind: 'operator', operator} as const
}
