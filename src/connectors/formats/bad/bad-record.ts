/** A record that could not be read, as a side output gives it. */
export interface BadRecord {
  /** The file (or `standard input`, `host:port`) it is in. */
  readonly input: string
  /** The line it begins in, from 1. */
  readonly line: number
  /** What is wrong, e.g. `expected 5 fields, found 4`. */
  readonly reason: string
  /** The record as it stands, without its line end. */
  readonly text: string
}

/** Classes of what can be wrong with a record, for the summary. */
export type BadRecordKind = 'fields' | 'value' | 'quotes' | 'json'

/**
 * What happens with bad records.
 *
 *   fail         the job ends with an error that shows the record (default)
 *   skip         they are left out; counted, and reported once a kind at the end, with an example
 *   sideOutput   as skip, and each goes to a side output as a BadRecord
 */
export type BadRecordPolicy = 'fail' | 'skip' | 'sideOutput'

export const BAD_RECORD_POLICIES: readonly BadRecordPolicy[] = ['fail', 'skip', 'sideOutput']

/** The side output of bad records where the user names none. */
export const BAD_RECORDS_TAG = 'bad-records'
