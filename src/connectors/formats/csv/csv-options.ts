import type {BadRecordPolicy} from '../bad/bad-record.js'
import type {SchemaOption} from '../schema/record-schema.js'

/** How CSV is written down in a file, in the words of fast-csv, where it has one. */
export interface CsvReadOptions {
  /** Between fields; one character or more. Default `,`. */
  readonly delimiter?: string
  /** Around fields that contain the delimiter, line ends or quotes. Default `"`; null: quotes are ordinary characters. */
  readonly quote?: string | null
  /** Before a quote inside of quotes. Default: the quote itself, as in RFC 4180. */
  readonly escape?: string
  /** Lines that begin with this character are left out. Default: none. */
  readonly comment?: string
  /**
   * Whether the first record names the fields (default true). Names in an array: the file has no header line, or, with
   * `renameHeaders`, another one. Without names fields are `column0`, `column1`, …
   */
  readonly headers?: boolean | readonly string[]
  /** The names in `headers` replace those of the header line. */
  readonly renameHeaders?: boolean
  /** White space around each field is cut off; `ltrim` and `rtrim`: on one side. */
  readonly trim?: boolean
  readonly ltrim?: boolean
  readonly rtrim?: boolean
  /** Records whose fields are all empty are left out. Blank lines always are. */
  readonly ignoreEmpty?: boolean
  /** Lines, of any content, left out at the beginning of each file, before the header. */
  readonly skipLines?: number
  /** Records left out at the beginning of each file, after the header. */
  readonly skipRows?: number
  /** More fields than there are names are dropped. Default: such a record is bad. */
  readonly discardUnmappedColumns?: boolean
  /** Missing fields at the end of a record are null (DuckDB's `null_padding`). Default: such a record is bad. */
  readonly nullPadding?: boolean
  /**
   * Unquoted fields that mean null (DuckDB's `nullstr`), e.g. `['', 'NA']`. Default: an empty field is null where a number, boolean or
   * timestamp is expected, and an empty text in a text field.
   */
  readonly nullWords?: string | readonly string[]
  /** Types by name, e.g. `{price: 'number'}`. What is not named is inferred from a sample. */
  readonly schema?: SchemaOption
  /** False: nothing is inferred, fields that `schema` does not name are text. Default true. */
  readonly inferTypes?: boolean
  /** Only these fields are read out; the others are not looked at. Default: all. */
  readonly fields?: readonly string[]
  /**
   * Whether quoted fields contain line ends. A file in which they do cannot be cut at any line end, so it is read in one piece. Default
   * `auto`: as the sample says; a cut that then falls into a quoted field ends the job with an error, never with a wrong result.
   */
  readonly multiLine?: boolean | 'auto'
  /** See BadRecordPolicy. Default `fail`. */
  readonly onError?: BadRecordPolicy
  /** Side output for bad records under `onError: 'sideOutput'`. Default `bad-records`. */
  readonly sideOutputTag?: string
  /** A record longer than this ends the job: a quote that is never closed would swallow the file. Default 16 MiB. */
  readonly maxRecordBytes?: number
}
