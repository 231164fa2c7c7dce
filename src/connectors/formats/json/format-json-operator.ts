import {FormatRecordsOperator} from '../write/format-records-operator.js'
import {JsonLinesEncoder} from '../write/json-lines-encoder.js'

/** Config of `json.format`, plain data. */
export interface FormatJsonConfig {
  /** The file that the lines are for: several subtasks then write it themselves, see SharedFileOutput. */
  readonly sharedFile?: string
}

/** `json.format`: records to JSON lines. */
export class FormatJsonOperator extends FormatRecordsOperator {
  constructor({sharedFile}: FormatJsonConfig = {}) {
    super({encoder: new JsonLinesEncoder(), writesHeader: false, ...(sharedFile === undefined ? {} : {sharedFile})})
  }
}
