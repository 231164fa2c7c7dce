// Goal: the bench calls two tables the same when they differ only by the order in which numbers were added up.
// Method: small CSV files as fts and its peers write them.
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, describe, expect, it} from 'vitest'
import {isSameTable, readTable} from '../../../bench/table-answer.js'

const folder = mkdtempSync(join(tmpdir(), 'fts-table-'))
afterAll(() => rmSync(folder, {recursive: true, force: true}))

function table(text: string) {
  const path = join(folder, 'table.csv')
  writeFileSync(path, text)
  return readTable(path, 3)
}

describe('the table of an answer', () => {
  const ours = table('category,n,mean\n"7"" vinyl",3,24691357.85\nb,2,0.1\n')

  it('is the same in another order, with another header, and with the last digits of a sum otherwise', () => {
    expect(isSameTable(ours, table('b,2,0.10000000000000002\r\n"7"" vinyl",3.0,24691357.850000001\r\n'))).toBe(true)
    // In the middle of two roundings to nine digits.
    expect(isSameTable(ours, table('b,2,0.1\n"7"" vinyl",3,24691357.8499999\n'))).toBe(true)
  })

  it('is another one where a row, a key or a number differs', () => {
    expect(isSameTable(ours, table('b,2,0.1\n'))).toBe(false)
    expect(isSameTable(ours, table('b,2,0.1\nc,3,24691357.85\n'))).toBe(false)
    expect(isSameTable(ours, table('b,2,0.1\n"7"" vinyl",3,24691357.95\n'))).toBe(false)
  })
})
