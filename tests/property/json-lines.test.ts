/**
 * Goal: JSON lines give what JSON.parse gives, whatever reads a line, whichever fields are asked for and wherever blocks are cut; what
 * JSON.parse refuses is refused.
 * Method: random values written with random spaces, lines broken by random edits; JSON.parse as the oracle.
 */
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {ParseJsonOperator} from '../../src/connectors/formats/json/parse-json-operator.js'
import {skipJson} from '../../src/connectors/formats/json/skip-json.js'
import {propertyOptions} from '../support/property-options.js'
import {blocksOf, runOnBlocks} from '../support/record-operator-output.js'

const keys = fc.constantFrom(
  'id',
  'name',
  'at',
  'nested',
  '__proto__',
  '1',
  'k"ey',
  'schlüssel',
  'long key with spaces',
)
const leaf = fc.oneof(
  fc.integer(),
  fc.double({noNaN: true, noDefaultInfinity: true}),
  fc.string(),
  fc.constantFrom('', 'plain', 'more than twelve characters', 'tab\tand "quotes"', 'Zürich 東京 🎉', '\ud800'),
  fc.constantFrom(true, false, null, -0, 1e21, 1e-7, 0.1, 2 ** 64),
)
const value = fc.oneof(
  {weight: 5, arbitrary: leaf},
  {weight: 1, arbitrary: fc.array(leaf, {maxLength: 3})},
  {weight: 1, arbitrary: fc.dictionary(keys, leaf, {maxKeys: 3})},
)

/** Lines of a few shapes, each written in one way and coming again and again. */
const lines = fc
  .array(
    fc.tuple(
      fc.uniqueArray(keys, {maxLength: 5}),
      fc.constantFrom(['', ''], [' ', ' '], [' ', '']),
      fc.array(fc.array(value, {minLength: 5, maxLength: 5}), {maxLength: 6}),
    ),
    {maxLength: 4},
  )
  .chain((shapes) => {
    const written = shapes.flatMap(([names, [afterColon, afterComma], rows]) =>
      rows.map((row) => {
        const members = names.map((name, i) => `${JSON.stringify(name)}:${afterColon}${JSON.stringify(row[i])}`)
        return `{${members.join(`,${afterComma}`)}}`
      }),
    )
    return fc.shuffledSubarray(written, {minLength: written.length})
  })

const edits = fc.array(
  fc.tuple(fc.nat(), fc.nat(), fc.constantFrom('', ',', '"', '}', ' ', '0', '\\', 'x', '1e5', '{"id":1}', '\u0001')),
  {maxLength: 3},
)

function edited(line: string, index: number, changes: readonly (readonly [number, number, string])[]): string {
  const change = changes.find(([at]) => at % 7 === index % 7)
  if (change === undefined) return line
  const position = change[1] % (line.length + 1)
  // Half of a surrogate pair has no UTF-8 of its own: it is written as U+FFFD.
  return Buffer.from(line.slice(0, position) + change[2] + line.slice(position + 1)).toString()
}

interface Expected {
  readonly records: unknown[]
  readonly badLines: number[]
}

function oracle(all: readonly string[], fields: readonly string[] | undefined): Expected {
  const records: unknown[] = []
  const badLines: number[] = []
  all.forEach((line, index) => {
    if (line.trim() === '') return
    try {
      const record = JSON.parse(line)
      const isObject = typeof record === 'object' && record !== null && !Array.isArray(record)
      records.push(
        isObject && fields !== undefined
          ? Object.fromEntries(Object.entries(record).filter(([name]) => fields.includes(name)))
          : record,
      )
    } catch {
      badLines.push(index + 1)
    }
  })
  return {records, badLines}
}

/** As text, so that the order of fields, `-0` and own fields named __proto__ count. */
function shown(records: readonly unknown[]): string[] {
  return records.map((record) => JSON.stringify(record, (_, field) => (Object.is(field, -0) ? 'minus zero' : field)))
}

describe('json.parse', () => {
  it('gives what JSON.parse gives, or refuses what it refuses', () => {
    const given = fc.tuple(
      lines,
      edits,
      fc.option(fc.uniqueArray(keys, {minLength: 1, maxLength: 3}), {nil: undefined}),
      fc.array(fc.integer({min: 1, max: 30})),
      fc.constantFrom('\n', '\r\n'),
      fc.boolean(),
    )
    fc.assert(
      fc.property(given, ([written, changes, fields, cuts, lineEnd, endsOpen]) => {
        const all = written.map((line, index) => edited(line, index, changes))
        const text = all.map((line) => line + lineEnd).join('')
        const whole = endsOpen ? text.slice(0, -lineEnd.length) : text
        const operator = new ParseJsonOperator({
          options: {onError: 'sideOutput', ...(fields === undefined ? {} : {fields})},
        })
        const {values, side, ledger} = runOnBlocks(operator, blocksOf(whole, cuts))
        const {records, badLines} = oracle(all, fields)
        expect(shown(values)).toEqual(shown(records))
        expect((side['bad-records'] ?? []).map((record) => (record as {line: number}).line)).toEqual(badLines)
        expect(ledger).toBe(0)
      }),
      propertyOptions(400),
    )
  })
})

describe('skipJson', () => {
  it('accepts what JSON.parse accepts, and nothing else', () => {
    const texts = fc.oneof(
      fc
        .tuple(
          value.map((sample) => JSON.stringify(sample)),
          edits,
        )
        .map(([text, changes]) => edited(text, 0, changes)),
      fc
        .array(
          fc.constantFrom(
            '{',
            '}',
            '[',
            ']',
            ',',
            ':',
            '"',
            'a',
            '\\u00e9',
            '\\n',
            '\\x',
            '1',
            '-',
            '0',
            '.',
            'e+',
            'true',
            'null',
            ' ',
            '\t',
          ),
          {maxLength: 10},
        )
        .map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(texts, (text) => {
        const bytes = Buffer.from(text.trim())
        let isJson = true
        try {
          JSON.parse(text.trim())
        } catch {
          isJson = false
        }
        expect(skipJson(bytes, 0, bytes.length) === bytes.length).toBe(isJson)
      }),
      propertyOptions(1500),
    )
  })
})
