import {FormatRecordsOperator} from '../write/format-records-operator.js'
import {JsonLinesEncoder} from '../write/json-lines-encoder.js'

/** `json.format`: records to JSON lines. */
export class FormatJsonOperator extends FormatRecordsOperator {
  constructor() {
    super({encoder: new JsonLinesEncoder(), writesHeader: false})
  }
}
