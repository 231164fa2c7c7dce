/** How CSV is written, in fast-csv's words. */
export interface CsvWriteOptions {
  /** Default `,`. */
  readonly delimiter?: string
  /** Between records. Default `\n`. */
  readonly rowDelimiter?: string
  /** Around fields that need it. Default `"`; false: never. */
  readonly quote?: string | boolean
  /** Before a quote inside of quotes. Default: the quote. */
  readonly escape?: string
  /** Quotes around all fields, or around those marked by position or name. Default: only where needed. */
  readonly quoteColumns?: boolean | readonly boolean[] | Readonly<Record<string, boolean>>
  /** The same for the header. Default: as `quoteColumns`. */
  readonly quoteHeaders?: boolean | readonly boolean[] | Readonly<Record<string, boolean>>
  /** The fields to be written, in this order; true: those of the first record. Default true. False: those of the first record, and no header line. */
  readonly headers?: boolean | readonly string[]
  /** False: no header line although `headers` names the fields. Default true. */
  readonly writeHeaders?: boolean
  /** Begins each file with a byte order mark, for spreadsheets. Default false. */
  readonly writeBOM?: boolean
}
