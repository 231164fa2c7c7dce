import type {ObjectBatch} from '../../../columns/index.js'
import {compileCsvRows, type DecodeUtf8, type PlainRowReader} from './compile-csv-rows.js'
import type {CsvColumn} from './csv-columns.js'
import type {CsvRowTarget} from './csv-row-target.js'
import type {ResolvedCsvOptions} from './resolve-csv-options.js'

/** Records as objects. */
export class CsvObjectRows implements CsvRowTarget {
  private rows: unknown[] = []
  private reader: PlainRowReader | undefined
  private text = ''

  get rowCount(): number {
    return this.rows.length
  }

  setColumns(columns: readonly CsvColumn[], options: ResolvedCsvOptions, decodeUtf8: DecodeUtf8): void {
    this.reader = compileCsvRows(columns, options, decodeUtf8)
  }

  startBlock(bytes: Buffer, plainEnd: number): void {
    this.text = this.reader === undefined ? '' : bytes.toString('latin1', 0, plainEnd)
  }

  readPlain(bytes: Buffer, from: number, end: number): number {
    return this.reader === undefined ? from : this.reader(bytes, from, end, this.text, this.rows)
  }

  add(row: Record<string, unknown>): void {
    this.rows.push(row)
  }

  take(): ObjectBatch | undefined {
    const {rows} = this
    if (rows.length === 0) return undefined
    this.rows = []
    return {kind: 'objects', rowCount: rows.length, values: rows}
  }
}
