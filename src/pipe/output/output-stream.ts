import type {program} from '../../api/index.js'
import {csvEncoderOf, FormatRecordsOperator, JsonLinesEncoder, TextLinesEncoder} from '../../connectors/index.js'
import type {Operator} from '../../operators/index.js'
import type {PipeOutput} from '../pipe-request.js'
import {recordLine} from './record-line.js'
import {selectColumns} from './select-columns.js'
import {TableOperator} from './table-operator.js'

/** Prints a stream on standard output in the form that was asked for. */
export function outputStream(stream: program.DataStream<unknown>, {form, columns}: PipeOutput): void {
  const records = columns === undefined ? stream : stream.map(selectColumns(columns))
  // A header comes once: one subtask writes.
  records.printAs({name: form, isOneWriter: form === 'csv' || form === 'table', make: FORMS[form]})
}

const FORMS: Readonly<Record<PipeOutput['form'], () => Operator>> = {
  lines: () => new FormatRecordsOperator({encoder: new TextLinesEncoder(recordLine), writesHeader: false}),
  json: () => new FormatRecordsOperator({encoder: new JsonLinesEncoder(), writesHeader: false}),
  csv: () => new FormatRecordsOperator({encoder: csvEncoderOf(), writesHeader: true}),
  table: () => new TableOperator(),
}
