import {parseValue} from '../schema/parse-value.js'
import type {CsvColumn} from './csv-columns.js'
import type {CsvRecordReader} from './csv-record-reader.js'
import {fieldText} from './infer-csv.js'
import type {ResolvedCsvOptions} from './resolve-csv-options.js'

type BuilderOptions = Pick<ResolvedCsvOptions, 'nullWords' | 'ignoreEmpty' | 'nullPadding' | 'discardUnmappedColumns'>

/** Why a record is bad. */
export interface BadRow {
  readonly kind: 'fields' | 'value'
  readonly reason: string
}

/** A record, a reason against it, or undefined for one that is left out. */
export type BuiltRow = {readonly row: Record<string, unknown>} | BadRow | undefined

/** Makes the record of what the exact reader has found. It answers what the generated reader would, where both can. */
export class CsvRowBuilder {
  private readonly nullWords: ReadonlySet<string> | undefined

  constructor(
    private readonly columns: readonly CsvColumn[],
    private readonly options: BuilderOptions,
  ) {
    this.nullWords = options.nullWords === undefined ? undefined : new Set(options.nullWords)
  }

  build(reader: CsvRecordReader): BuiltRow {
    const {columns, options} = this
    if (options.ignoreEmpty && isEmptyRecord(reader)) return undefined
    const found = reader.fieldCount
    const isTooShort = found < columns.length && !options.nullPadding
    if (isTooShort || (found > columns.length && !options.discardUnmappedColumns)) {
      return {
        kind: 'fields',
        reason: `expected ${columns.length} field${columns.length === 1 ? '' : 's'}, found ${found}`,
      }
    }
    return this.buildRow(reader)
  }

  private buildRow(reader: CsvRecordReader): BuiltRow {
    const row: Record<string, unknown> = {}
    for (let index = 0; index < this.columns.length; index++) {
      const column = this.columns[index]
      if (!column.isRead) continue
      const value = index < reader.fieldCount ? this.valueOf(reader, index, column) : {value: null}
      if ('reason' in value) return {kind: 'value', reason: `field "${column.name}": ${value.reason}`}
      setField(row, column.name, value.value)
    }
    return {row}
  }

  private valueOf(reader: CsvRecordReader, index: number, column: CsvColumn) {
    const text = fieldText(reader, index)
    const isQuoted = (reader.flags[index] & 1) !== 0
    const isNull =
      this.nullWords === undefined ? text === '' && column.type !== 'string' : !isQuoted && this.nullWords.has(text)
    if (isNull) return {value: null}
    return column.type === 'string' ? {value: text} : parseValue(text, column.type)
  }
}

function isEmptyRecord(reader: CsvRecordReader): boolean {
  for (let index = 0; index < reader.fieldCount; index++) if (fieldText(reader, index).trim() !== '') return false
  return true
}

function setField(row: Record<string, unknown>, name: string, value: unknown): void {
  if (name === '__proto__')
    Object.defineProperty(row, name, {value, enumerable: true, configurable: true, writable: true})
  else row[name] = value
}
