import {
  BAD_RECORDS_TAG,
  type BadRecord,
  type CsvReadOptions,
  type FieldType,
  type JsonReadOptions,
  type SchemaOption,
} from '../connectors/index.js'
import {OutputTag} from '../operators/index.js'

/** The side output of records that could not be read, under `onError: 'sideOutput'`: `orders.getSideOutput(BAD_RECORDS)`. */
export const BAD_RECORDS = new OutputTag<BadRecord>(BAD_RECORDS_TAG)

/** A record of CSV or JSON lines whose fields the program does not name. */
// biome-ignore lint/suspicious/noExplicitAny: what is in a file is known to the reader of the file
export type AnyRecord = Readonly<Record<string, any>>

/** What a field of a schema is in a record. Any field may be null where the text is empty or missing. */
export interface ValueOfType {
  readonly string: string
  readonly number: number
  readonly integer: number
  readonly boolean: boolean
  readonly timestamp: Date
  // biome-ignore lint/suspicious/noExplicitAny: JSON is anything
  readonly json: any
}

/** The record that a schema says: `{id: 'integer', at: 'timestamp'}` gives `{id: number; at: Date}`, and fields that it does not name. */
export type RecordOf<S extends SchemaOption> = {[F in keyof S]: ValueOfType[S[F] & FieldType]} & AnyRecord

/** How bytes become records. */
export type SourceFormat<T> = (
  | {readonly kind: 'text'}
  | {readonly kind: 'csv'; readonly options: CsvReadOptions}
  | {readonly kind: 'json'; readonly options: JsonReadOptions}
) & {
  /** Types only. */
  readonly record?: T
}

/** Formats of sources, for `FileSource`, `fromStdin` and `tailFile`. */
export const Formats = {
  /** A record is a line, without its line end. */
  text(): SourceFormat<string> {
    return {kind: 'text'}
  },
  /** A record is an object with the fields of the header, see CsvReadOptions. */
  csv<T extends object = AnyRecord>(options: CsvReadOptions = {}): SourceFormat<T> {
    return {kind: 'csv', options}
  },
  /** A record is the JSON value of a line, see JsonReadOptions. */
  json<T = AnyRecord>(options: JsonReadOptions = {}): SourceFormat<T> {
    return {kind: 'json', options}
  },
}
