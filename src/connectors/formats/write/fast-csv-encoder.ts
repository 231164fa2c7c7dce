import type {format as formatFunction} from 'fast-csv'
import {fieldsOf, fieldText, namesOfRecord} from './csv-fields.js'
import type {CsvWriteOptions} from './csv-write-options.js'
import type {RecordEncoder} from './record-encoder.js'

/**
 * CSV by fast-csv, for all of its options. Its stream formats what is written to it at once, so that what it makes of a record can be read
 * right away: nothing waits, nothing piles up.
 */
export class FastCsvEncoder implements RecordEncoder {
  private readonly rowDelimiter: string
  private names: readonly string[] | undefined

  constructor(
    private readonly options: CsvWriteOptions,
    private readonly format: typeof formatFunction,
  ) {
    this.rowDelimiter = options.rowDelimiter ?? '\n'
    this.names = Array.isArray(options.headers) ? options.headers : undefined
  }

  /** Loads fast-csv, which takes 20 ms, only for whoever needs it. */
  static async load(options: CsvWriteOptions): Promise<FastCsvEncoder> {
    const {format} = await import('fast-csv')
    return new FastCsvEncoder(options, format)
  }

  header(first: unknown): string {
    this.names ??= namesOfRecord(first)
    const {headers = true, writeHeaders = true, writeBOM = false} = this.options
    const mark = writeBOM ? '\ufeff' : ''
    if (headers === false || !writeHeaders) return mark
    const {quoteHeaders = this.options.quoteColumns} = this.options
    return (
      mark +
      this.text([this.names], {...this.options, ...(quoteHeaders === undefined ? {} : {quoteColumns: quoteHeaders})})
    )
  }

  encode(records: readonly unknown[], from: number, to: number): string {
    this.names ??= namesOfRecord(records[from])
    const rows = records.slice(from, to).map((record) => fieldsOf(record, this.names!).map(fieldText))
    return this.text(rows, this.options)
  }

  private text(rows: readonly (readonly string[])[], options: CsvWriteOptions): string {
    const {delimiter, quote, escape: escapeText, quoteColumns} = options
    const stream = this.format({
      headers: [...this.names!],
      writeHeaders: false,
      rowDelimiter: this.rowDelimiter,
      includeEndRowDelimiter: true,
      ...(delimiter === undefined ? {} : {delimiter}),
      ...(quote === undefined ? {} : {quote}),
      ...(escapeText === undefined ? {} : {escape: escapeText}),
      ...(quoteColumns === undefined ? {} : {quoteColumns: quoteColumns as boolean}),
    })
    let text = ''
    for (const row of rows) {
      stream.write(row)
      text += readAll(stream)
    }
    stream.end()
    return text + readAll(stream)
  }
}

function readAll(stream: {read(): unknown}): string {
  let text = ''
  for (let chunk = stream.read(); chunk !== null; chunk = stream.read()) text += String(chunk)
  return text
}
