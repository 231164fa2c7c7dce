import type {Column, ColumnType} from '../../columns/index.js'
import type {MessageWriter} from '../wire/message-writer.js'

/** Gathers the rows of one column of a channel. */
export interface ColumnBuilder {
  /** Copies rows of a column, all `added` when `rows` is undefined; `rowCount` rows are there already. */
  append(column: Column, rows: Int32Array | undefined, added: number, rowCount: number): void
  /** Bytes of the values gathered, without the header. */
  byteLength(rowCount: number): number
  write(writer: MessageWriter, rowCount: number): void
  clear(): void
}

/** A column's type in the first byte of its header. */
export const COLUMN_CODES: Readonly<Record<ColumnType, number>> = {utf8: 1, f64: 2, i32: 3, bool: 4}
