/** Records to the text of a format. */
export interface RecordEncoder {
  /** What begins each file, with its line end, where the format has such; may need the first record to know its fields. */
  header(first: unknown): string
  /** The records as text, each with its line end. Errors: `user` FTS_CANNOT_ENCODE. */
  encode(records: readonly unknown[], from: number, to: number): string
}
