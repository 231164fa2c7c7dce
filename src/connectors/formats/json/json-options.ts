import type {BadRecordPolicy} from '../bad/bad-record.js'
import type {SchemaOption} from '../schema/record-schema.js'

/** How JSON lines (NDJSON: one JSON value a line) are read. */
export interface JsonReadOptions {
  /** Only these fields of each record are read out; the others are checked, but not made. Default: all. */
  readonly fields?: readonly string[]
  /**
   * Types that fields must have, e.g. `{at: 'timestamp'}`, which makes Dates of ISO texts. A record in which a field is neither null, nor
   * missing, nor of its type is bad. Default: the types are JSON's, nothing is checked.
   */
  readonly schema?: SchemaOption
  /** See BadRecordPolicy. Default `fail`. */
  readonly onError?: BadRecordPolicy
  /** Side output for bad records under `onError: 'sideOutput'`. Default `bad-records`. */
  readonly sideOutputTag?: string
}
