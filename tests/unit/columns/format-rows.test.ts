/*
 * Goal    Rows become the lines that JSON.stringify, fast-csv and a plain join would write.
 * Method  Both kernels format random words, with every control character, quotes and digits of every length, and are
 *         compared with those oracles byte for byte. fast-csv drops NUL and quotes `|` without need; there we differ.
 */

import fc from 'fast-check'
import {writeToString} from 'fast-csv'
import {describe, expect, it} from 'vitest'
import {
  type ColumnBatch,
  createTypeScriptWordKernel,
  createWordKernel,
  type RowFormat,
  WORD_COUNT_SCHEMA,
} from '../../../src/columns/index.js'

const parameters = {seed: Number(process.env.FTS_TEST_SEED ?? 20261121), numRuns: 60}

const word = fc.oneof(
  fc.string({unit: 'grapheme', maxLength: 24}),
  fc.string({
    unit: fc.constantFrom(
      'a',
      '"',
      '\\',
      ',',
      '\n',
      '\r',
      '\t',
      '\b',
      '\f',
      '\u0001',
      '\u001f',
      '\u007f',
      '\0',
      'é',
      '\u2028',
    ),
    maxLength: 40,
  }),
)
const count = fc.oneof(
  fc.nat(20),
  fc.nat(200_000),
  fc.maxSafeNat(),
  fc.constantFrom(9, 10, 99, 100, 999, 1000, 2 ** 53),
)
const rows = fc.array(fc.tuple(word, count), {maxLength: 50})

function batchOf(values: readonly (readonly [string, number])[]): ColumnBatch {
  const encoded = values.map(([text]) => Buffer.from(text))
  // The first row does not begin at 0, as in a slice of a longer column.
  const bytes = Buffer.concat([Buffer.from('###'), ...encoded])
  const offsets = new Int32Array(values.length + 1)
  offsets[0] = 3
  encoded.forEach((text, i) => {
    offsets[i + 1] = offsets[i] + text.length
  })
  return {
    kind: 'columns',
    schema: WORD_COUNT_SCHEMA,
    rowCount: values.length,
    columns: [
      {type: 'utf8', bytes, offsets},
      {type: 'f64', values: Float64Array.from(values, ([, n]) => n)},
    ],
  }
}

describe.each([createWordKernel(), createTypeScriptWordKernel()])('formatRows of kernel $name', (kernel) => {
  const format = (values: readonly (readonly [string, number])[], as: RowFormat) =>
    Buffer.from(kernel.formatRows(batchOf(values), as)).toString()

  it('writes JSON as JSON.stringify does', () => {
    fc.assert(
      fc.property(rows, (values) => {
        const expected = values.map(([text, n]) => `${JSON.stringify({word: text, count: n})}\n`)
        expect(format(values, 'json')).toBe(expected.join(''))
      }),
      parameters,
    )
  })

  it('writes CSV as fast-csv does', async () => {
    const plain = rows.map((values) => values.map(([text, n]) => [text.replace(/[|\0]/g, '_'), n] as const))
    await fc.assert(
      fc.asyncProperty(plain, async (values) => {
        const expected = await writeToString(
          values.map((row) => [...row]),
          {headers: false, includeEndRowDelimiter: values.length > 0},
        )
        expect(format(values, 'csv')).toBe(expected)
      }),
      parameters,
    )
  })

  it('writes TSV as it is', () => {
    fc.assert(
      fc.property(rows, (values) => {
        expect(format(values, 'tsv')).toBe(values.map(([text, n]) => `${text}\t${n}\n`).join(''))
      }),
      parameters,
    )
  })

  it('formats a batch that is larger than the memory it has', () => {
    const values = Array.from({length: 5000}, (_, i) => [`${'\u0001'.repeat(i % 100)}${i}`, i] as const)
    const expected = values.map(([text, n]) => `${JSON.stringify({word: text, count: n})}\n`)
    expect(format(values, 'json')).toBe(expected.join(''))
  })
})
