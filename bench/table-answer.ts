import {readFileSync} from 'node:fs'

/** Sums that were added up in different orders differ by less, as a part of their size. */
const TOLERANCE = 1e-9

/** A row: its key and its numbers. */
type Row = readonly [key: string, ...values: number[]]

/** A small table of groups: the rows of a CSV file in order of their key, without the header. `columns`: how many there are, the first one being the key. */
export function readTable(path: string, columns: number): readonly Row[] {
  return readFileSync(path, 'utf8')
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map((line) => fieldsOf(line))
    .filter((fields) => fields.length === columns && fields.slice(1).every((field) => Number.isFinite(Number(field))))
    .map(([key, ...values]): Row => [key, ...values.map(Number)])
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
}

/** Whether two tables say the same. To be compared as numbers: rounded ones would differ where a sum lies in the middle of two roundings. */
export function isSameTable(one: readonly Row[], other: readonly Row[]): boolean {
  return one.length === other.length && one.every((row, index) => isSameRow(row, other[index]))
}

function isSameRow([key, ...values]: Row, [otherKey, ...others]: Row): boolean {
  return (
    key === otherKey && values.length === others.length && values.every((value, index) => isNear(value, others[index]))
  )
}

function isNear(one: number, other: number): boolean {
  return Math.abs(one - other) <= TOLERANCE * Math.max(Math.abs(one), Math.abs(other))
}

function fieldsOf(line: string): string[] {
  const found = line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)
  return [...found].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain)
}
