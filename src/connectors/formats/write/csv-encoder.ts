import {fieldsOf, fieldText, namesOfRecord} from './csv-fields.js'
import type {CsvWriteOptions} from './csv-write-options.js'
import type {RecordEncoder} from './record-encoder.js'

export type CsvEncoderOptions = Pick<CsvWriteOptions, 'delimiter' | 'headers' | 'writeHeaders'>

/** CSV with quotes only where they are needed (RFC 4180, with `\n`). */
export class CsvEncoder implements RecordEncoder {
  private readonly delimiter: string
  private readonly special: RegExp
  private names: readonly string[] | undefined

  constructor(private readonly options: CsvEncoderOptions) {
    this.delimiter = options.delimiter ?? ','
    this.special = new RegExp(`["\\r\\n${this.delimiter.replace(/[\\\]^-]/g, '\\$&')}]`)
    this.names = Array.isArray(options.headers) ? options.headers : undefined
  }

  header(first: unknown): string {
    this.names ??= namesOfRecord(first)
    const {headers = true, writeHeaders = true} = this.options
    return headers === false || !writeHeaders ? '' : this.line(this.names)
  }

  encode(records: readonly unknown[], from: number, to: number): string {
    let text = ''
    for (let row = from; row < to; row++) {
      this.names ??= namesOfRecord(records[row])
      text += this.line(fieldsOf(records[row], this.names))
    }
    return text
  }

  private line(fields: readonly unknown[]): string {
    if (fields.length === 1) return `${this.quoted(fieldText(fields[0])) || '""'}\n`
    let text = ''
    for (let column = 0; column < fields.length; column++) {
      const field = this.quoted(fieldText(fields[column]))
      text += column === 0 ? field : this.delimiter + field
    }
    return `${text}\n`
  }

  private quoted(field: string): string {
    return this.special.test(field) ? `"${field.replaceAll('"', '""')}"` : field
  }
}
