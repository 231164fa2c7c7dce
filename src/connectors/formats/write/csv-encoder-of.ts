import {nearestKey} from '../../../config/index.js'
import {FtsError} from '../../../core/index.js'
import {CsvEncoder} from './csv-encoder.js'
import type {CsvWriteOptions} from './csv-write-options.js'
import {FastCsvEncoder} from './fast-csv-encoder.js'
import type {RecordEncoder} from './record-encoder.js'

const OWN = ['delimiter', 'headers', 'writeHeaders']
const KNOWN = [...OWN, 'rowDelimiter', 'quote', 'escape', 'quoteColumns', 'quoteHeaders', 'writeBOM']

/**
 * The CSV writer for these options: our own for those that it knows (it is several times as fast), fast-csv for the others, which is loaded
 * when it is needed.
 *
 * Errors   `user` FTS_CSV_OPTION.
 */
export function csvEncoderOf(options: CsvWriteOptions = {}): RecordEncoder | Promise<RecordEncoder> {
  const keys = Object.keys(options)
  const unknown = keys.find((key) => !KNOWN.includes(key))
  if (unknown !== undefined)
    throw wrong(unknown, `there is no such option; there are ${KNOWN.join(', ')}`, nearestKey(unknown, KNOWN))
  const {delimiter = ','} = options
  if (typeof delimiter !== 'string' || delimiter.length !== 1) {
    throw wrong('delimiter', `it is ${JSON.stringify(delimiter)}, expected one character`)
  }
  return keys.every((key) => OWN.includes(key)) ? new CsvEncoder(options) : FastCsvEncoder.load(options)
}

function wrong(option: string, reason: string, near?: string): FtsError {
  const tryThis = near === undefined ? {} : {tryThis: `Did you mean "${near}"?`}
  return new FtsError('user', 'FTS_CSV_OPTION', `CSV option "${option}": ${reason}`, {option}, tryThis)
}
