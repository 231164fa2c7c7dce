import {recordText} from '../../connectors/index.js'

/** Columns of a table: their names and widths, as the first rows made them. */
export class TableLayout {
  private names: readonly string[] | undefined
  private widths: number[] = []

  /** Lines for these rows; the first time with a header, where the records have field names. */
  lines(records: readonly unknown[]): string[] {
    const isFirst = this.names === undefined
    this.names ??= namesOf(records)
    const cells = records.map((record) => cellsOf(record, this.names!))
    this.widen(cells)
    const rows = cells.map((row, index) => this.row(row, fieldsOf(records[index], this.names!)))
    return isFirst && this.names.length > 0 ? [...this.header(), ...rows] : rows
  }

  /** Rows that come later may be wider: theirs grow, those before stay. */
  private widen(rows: readonly (readonly string[])[]): void {
    for (const row of [this.names ?? [], ...rows])
      for (const [column, cell] of row.entries()) this.widths[column] = Math.max(this.widths[column] ?? 0, length(cell))
  }

  private header(): string[] {
    const names = this.names ?? []
    return [
      this.row(names, names),
      this.row(
        names.map((_, column) => '─'.repeat(this.widths[column])),
        names,
      ),
    ]
  }

  private row(cells: readonly string[], fields: readonly unknown[]): string {
    const padded = cells.map((cell, column) => {
      const space = ' '.repeat(Math.max(0, this.widths[column] - length(cell)))
      return typeof fields[column] === 'number' || typeof fields[column] === 'bigint' ? space + cell : cell + space
    })
    return padded.join('  ').trimEnd()
  }
}

function length(cell: string): number {
  return [...cell].length
}

/** Of objects the fields of all, in the order in which they come; none for other records. */
function namesOf(records: readonly unknown[]): readonly string[] {
  return [...new Set(records.flatMap((record) => (isObject(record) ? Object.keys(record) : [])))]
}

function fieldsOf(record: unknown, names: readonly string[]): readonly unknown[] {
  if (Array.isArray(record)) return record.flat(Number.POSITIVE_INFINITY)
  return isObject(record) ? names.map((name) => record[name]) : [record]
}

function cellsOf(record: unknown, names: readonly string[]): readonly string[] {
  return fieldsOf(record, names).map((field) =>
    field === null || field === undefined ? '' : recordText(field).replaceAll(/[\r\n\t]/g, ' '),
  )
}

function isObject(record: unknown): record is Readonly<Record<string, unknown>> {
  return typeof record === 'object' && record !== null && !Array.isArray(record) && !(record instanceof Date)
}
