/** How results look. `lines`: a text as it is, a tuple's fields with tabs between them, an object as JSON. */
export type OutputForm = 'lines' | 'csv' | 'json' | 'table'

export interface PipeOutput {
  readonly form: OutputForm
  /** Names for the fields of tuples, or which fields of objects are wanted, in this order; absent: as they come. */
  readonly columns?: readonly string[]
}

/**
 * What the command line asks of a pipe, as plain data: the slots get the same, so that they build the same.
 */
export interface PipeRequest {
  /** Files, folders and patterns; none: standard input. */
  readonly files: readonly string[]
  readonly output: PipeOutput
  /**
   * When running results are given out: `each` change, as in Flink; `settled`, the newest of each key when the input is quiet; at the
   * `end` only.
   */
  readonly updates: 'each' | 'settled' | 'end'
}
