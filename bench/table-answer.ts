import {readFileSync} from 'node:fs'

/** Digits in which sums of different orders agree. */
const DIGITS = 9

/**
 * A small table of groups as text that is equal for equal tables: the rows of a CSV file in order of their key, numbers to 9 digits, without
 * the header. `columns`: how many columns there are, the first one being the key.
 */
export function readTable(path: string, columns: number): string {
  const rows = readFileSync(path, 'utf8')
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map((line) => fieldsOf(line))
    .filter((fields) => fields.length === columns && fields.slice(1).every((field) => Number.isFinite(Number(field))))
  const lines = rows.map(([key, ...values]) => [key, ...values.map((value) => Number(value).toPrecision(DIGITS))])
  return lines
    .map((fields) => fields.join('\t'))
    .sort()
    .join('\n')
}

function fieldsOf(line: string): string[] {
  const found = line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)
  return [...found].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain)
}
