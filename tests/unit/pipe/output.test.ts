/**
 * Goal    Records come out as lines, columns and tables that other tools can read; pieces of text are the same wherever blocks are cut.
 * Method  The functions by example; the pieces against split() at random cuts.
 */
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {recordLine} from '../../../src/pipe/output/record-line.js'
import {selectColumns} from '../../../src/pipe/output/select-columns.js'
import {TableLayout} from '../../../src/pipe/output/table-layout.js'
import {TextPiecesOperator} from '../../../src/pipe/text-pieces-operator.js'
import {propertyOptions} from '../../support/property-options.js'
import {blocksOf, runOnBlocks} from '../../support/record-operator-output.js'

describe('a line', () => {
  it.each([
    ['text', 'text'],
    [['a', 1], 'a\t1'],
    [[['a', 'b'], 2], 'a\tb\t2'],
    [[null, undefined, new Date(0)], '\t\t1970-01-01T00:00:00.000Z'],
    [{a: 1, b: [2]}, '{"a":1,"b":[2]}'],
    [1.5, '1.5'],
    [null, 'null'],
  ])('%j', (record, line) => {
    expect(recordLine(record)).toBe(line)
  })
})

describe('columns', () => {
  it('name the fields of tuples, pick those of objects, hold a single value', () => {
    const select = selectColumns(['k', 'n'])
    expect(select([['a', 'b'], 2])).toEqual({k: 'a', n: 'b'})
    expect(select(['a'])).toEqual({k: 'a', n: null})
    expect(Object.keys(select({n: 1, k: 2, x: 3}))).toEqual(['k', 'n'])
    expect(select('text')).toEqual({k: 'text'})
  })
})

describe('a table', () => {
  it('has a header for objects, and columns as wide as they need', () => {
    const table = new TableLayout()
    expect(
      table.lines([
        {name: 'ä', n: 1},
        {name: 'long name', n: 1000, more: null},
      ]),
    ).toEqual(['name       n     more', '─────────  ────  ────', 'ä             1', 'long name  1000'])
    expect(table.lines([{name: 'a\nb', n: 12345, more: true}])).toEqual(['a b        12345  true'])
  })

  it('has none for tuples and texts', () => {
    expect(
      new TableLayout().lines([
        ['a', 1],
        ['bbb', 22],
      ]),
    ).toEqual(['a     1', 'bbb  22'])
    expect(new TableLayout().lines(['x'])).toEqual(['x'])
  })
})

describe('pieces of text', () => {
  const pieces = (text: string, delimiter: string | undefined, cuts: readonly number[]) =>
    runOnBlocks(new TextPiecesOperator(delimiter), blocksOf(text, cuts))

  it('are those of split(), wherever blocks are cut', () => {
    const text = fc.array(fc.constantFrom('a', 'é', '\n', '--', '-'), {maxLength: 30}).map((parts) => parts.join(''))
    fc.assert(
      fc.property(text, fc.constantFrom('--', '\n', '\n\n', 'a'), fc.array(fc.nat(10)), (given, delimiter, cuts) => {
        const expected = given.split(delimiter)
        if (expected.at(-1) === '') expected.pop()
        const {values, ledger} = pieces(given, delimiter, cuts)
        expect(values).toEqual(expected)
        expect(ledger).toBe(0)
      }),
      propertyOptions(),
    )
  })

  it('are one without a delimiter', () => {
    expect(pieces('a\nb\nc', undefined, [1, 2]).values).toEqual(['a\nb\nc'])
    expect(pieces('', undefined, []).values).toEqual([])
  })
})
