/**
 * Goal: JSON lines that are filtered and added up on bytes give what their records give, however they are written and wherever blocks are cut; nothing is lost, and
 * nothing bad is passed over.
 * Method: random lines of a few shapes with troublemakers (escapes, numbers of any form, nested values, other types, missing fields, broken lines, bytes that are not
 * UTF-8); `json.parse` fused with a filter and the local aggregation against its records, filtered and added up by plain code.
 */
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {WasmJsonGroups} from '../../src/columns/index.js'
import type {JsonReadOptions} from '../../src/connectors/formats/json/json-options.js'
import {ParseJsonOperator} from '../../src/connectors/formats/json/parse-json-operator.js'
import {
  type AggregatePlan,
  FilterOperator,
  LocalAggregateOperator,
  type PartialRecord,
  sumNames,
} from '../../src/operators/index.js'
import {addUp, putTogether} from '../support/group-sums.js'
import {propertyOptions} from '../support/property-options.js'
import {blocksOf, runOnBlocks} from '../support/record-operator-output.js'

const PLAN: AggregatePlan = {
  keyFields: ['key'],
  valueFields: ['ms', 'id'],
  measures: [{result: 'n', kind: 'count'}],
}
const NAMES = sumNames(PLAN)

interface Event {
  readonly key: unknown
  readonly ms: number | null
  readonly id: number | null
  readonly level: unknown
}

type Filter = (event: Event) => boolean

const FILTERS: readonly (Filter | undefined)[] = [
  undefined,
  (event) => event.level === 'ERROR',
  (event) => event.level !== 'ERROR',
  (event) => event.ms! >= 2 && !(event.level === 'a level of more than sixteen bytes'),
  (event) => event.level === null || event.level === true || event.id === 7,
  // biome-ignore lint/suspicious/noDoubleEquals: as programs are written
  (event) => event.level == null || event.level == '1' || event.ms! < -1,
  (event) => event.id! > 0 || event.id! <= -3,
]

/** The records that are added up; a field that is missing has no value. */
function accepted(records: readonly unknown[], filter: Filter | undefined): unknown[] {
  const kept = (records as readonly Event[]).filter((event) => filter?.(event) !== false)
  return kept.map(({key, ms, id}) => ({key, ms: ms ?? null, id: id ?? null}))
}

function fused(options: JsonReadOptions, filter: Filter | undefined): ParseJsonOperator {
  const parser = new ParseJsonOperator({options})
  const last = new LocalAggregateOperator(PLAN)
  const operator =
    filter === undefined ? parser.fuseWith(last) : parser.fuseWithBoth(new FilterOperator(filter), last, 'Filter')
  expect(operator).toBeInstanceOf(ParseJsonOperator)
  return operator as ParseJsonOperator
}

/** As text; sums of them are exact in any order. */
const numbers = fc.oneof(
  {weight: 6, arbitrary: fc.integer({min: -40, max: 40}).map((quarters) => JSON.stringify(quarters / 4))},
  fc.constantFrom('null', '0', '-0', '7', '1e2', '2.50', '1.0', '-3', '12345678901234567890', '0.5e1', '1E0'),
)
const keys = fc.oneof(
  {weight: 8, arbitrary: fc.constantFrom('"a"', '"b"', '""', '"a key of more than sixteen bytes"', '"grün"', '"日本"')},
  fc.constantFrom('"a\\u0062"', '"\\n"', 'null', '7', 'true'),
)
const levels = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom('"ERROR"', '"INFO"', '"ERROR "', '"a level of more than sixteen bytes"', '"1"'),
  },
  fc.constantFrom('null', 'true', 'false', '1', '"ERR\\u004fR"', '{"a":[1]}', '[]', '1.5e3', '""'),
)
const others = fc.oneof(
  {weight: 6, arbitrary: fc.constantFrom('"GET"', '12.5', 'true', 'null', '"some text that nobody asks for"')},
  fc.constantFrom(
    '"\\"',
    '"a\\"b"',
    '"tab\\t"',
    '"\\\\"',
    '"\\\\\\""',
    '"a path \\/ of \\u00e4 \\uD83D\\ude00 and more \\b\\f\\n\\r"',
    '"\\x"',
    '"\\u00g0"',
    '"\\u12"',
    '"\\',
    '01',
    '1.',
    '-',
    '.5',
    'nul',
    'False',
    '[1, {"x": "}"}]',
    '"\u0001"',
    '"\u007f"',
    '1e',
  ),
)
const shapes = fc.constantFrom<(key: string, ms: string, level: string, other: string, id: string) => string>(
  (key, ms, level, other, id) => `{"level":${level},"other":${other},"key":${key},"ms":${ms},"id":${id}}`,
  (key, ms, level, other, id) => `{"level":${level},"other":${other},"key":${key},"ms":${ms},"id":${id}}`,
  (key, ms, level, other, id) =>
    `{ "id": ${id}, "a long name of a field, with a comma": ${other}, "level": ${level}, "ms": ${ms}, "key": ${key} }`,
  (key, ms, _level, other, id) => `{"ms":${ms},"other":${other},"key":${key},"id":${id}}`,
)
const damages = fc.constantFrom('', '', '', '', '', '', '}', ',', ' ', '\r', 'x', '{}')
const lines = fc.tuple(shapes, keys, numbers, levels, others, numbers, damages, fc.nat({max: 100}))

const tables = fc.record({
  lines: fc.array(lines, {maxLength: 40}),
  lineEnd: fc.constantFrom('\n', '\r\n'),
  isEnded: fc.boolean(),
  cuts: fc.array(fc.integer({min: 1, max: 40}), {maxLength: 4}),
  hasBrokenUtf8: fc.boolean(),
  filter: fc.constantFrom(...FILTERS),
  fields: fc.constantFrom(undefined, ['level', 'key', 'ms', 'id'], ['other', 'level', 'key', 'ms', 'id']),
})

describe('JSON lines added up on bytes', () => {
  it('give what the records give', () => {
    let records = 0
    fc.assert(
      fc.property(tables, ({lines: given, lineEnd, isEnded, cuts, hasBrokenUtf8, filter, fields}) => {
        const written = given.map(([shape, key, ms, level, other, id, damage, place]) => {
          const line = shape(key, ms, level, other, id)
          const at = place % (line.length + 1)
          // In the middle of a character of several bytes nothing is put.
          return damage === '' ? line : `${line.slice(0, at)}${damage}${line.slice(at)}`
        })
        const text = written.join(lineEnd) + (isEnded ? lineEnd : '')
        const bytes = hasBrokenUtf8 ? Buffer.concat([Buffer.from(`${text}${lineEnd}`), BROKEN]) : Buffer.from(text)
        const options: JsonReadOptions = {onError: 'skip', ...(fields === undefined ? {} : {fields})}
        const parsed = runOnBlocks(new ParseJsonOperator({options}), blocksOf(bytes, cuts))
        const isGood = parsed.values.every(isEvent)
        fc.pre(isGood)
        const added = runOnBlocks(fused(options, filter), blocksOf(bytes, cuts))
        expect(putTogether(added.values as PartialRecord[], NAMES)).toEqual(
          addUp(accepted(parsed.values, filter), ['ms', 'id']),
        )
        expect(added.metrics.recordsBad).toBe(parsed.metrics.recordsBad)
        expect(added.reports).toEqual(parsed.reports)
        expect(added.ledger).toBe(0)
        records += parsed.values.length
      }),
      propertyOptions(500),
    )
    expect(records).toBeGreaterThan(0)
  })

  it('are taken by the kernel where they are plain, also when there is no room for more groups', () => {
    const plan = {
      keys: [{before: Buffer.from('{"k":')}, {before: Buffer.from(',"v":'), slot: 0}],
      after: Buffer.from('}'),
      groupKey: 0,
      slotCount: 1,
      terms: [{key: 1, comparison: '>=', constant: 1, isStrict: true}],
      accepted: 0b10,
    } as const
    const kernel = WasmJsonGroups.create(plan)!
    const bytes = Buffer.from(
      Array.from({length: 60_000}, (_, i) => `{"k":"key ${i % 30_000}","v":${i % 4}.5}\n`).join(''),
    )
    const sums = new Map<string, number>()
    const give = (key: string, records: number) => sums.set(key, (sums.get(key) ?? 0) + records)
    let taken = 0
    kernel.load(bytes)
    for (let at = 0; at < bytes.length; ) {
      at = kernel.read(at, bytes.length)
      taken += kernel.rows
      expect(kernel.stop).not.toBe('not plain')
      if (kernel.stop === 'full') kernel.take(give)
    }
    kernel.take(give)
    expect([taken, kernel.takeRejected(), sums.size]).toEqual([60_000, 15_000, 22_500])
    expect([...sums.values()].every((records) => records === 2)).toBe(true)
  })

  it('are taken by the kernel with escapes in texts that nobody asks for, and not in others', () => {
    const kernel = WasmJsonGroups.create({
      keys: [{before: Buffer.from('{"k":')}, {before: Buffer.from(',"m":')}],
      after: Buffer.from('}'),
      groupKey: 0,
      slotCount: 0,
      terms: [],
      accepted: 1,
    })!
    const good = ['"a \\"b\\" \\\\"', '"\\u00e4\\ud800\\/"', '"ends with \\\\"'].map((m) => `{"k":"a","m":${m}}\n`)
    const bad = ['{"k":"a","m":"\\x"}\n', '{"k":"a","m":"\\u00e"}\n', '{"k":"\\n","m":1}\n']
    const looks = bad.map((line) => {
      kernel.load(Buffer.from(good.join('') + line))
      const end = kernel.read(0, good.join('').length + line.length)
      return [kernel.rows, kernel.stop, end]
    })
    expect(looks).toEqual(bad.map(() => [good.length, 'not plain', good.join('').length]))
  })

  it('name the filter and the record when the filter throws', () => {
    const text = '{"key":"a","ms":1,"id":1,"level":"x"}\n'.repeat(5)
    const given = blocksOf(`${text}null\n`)
    expect(() => runOnBlocks(fused({}, FILTERS[1]), given)).toThrow(/operator "Filter".*TypeError.*the record null/s)
  })

  it('are called upon the filter itself where it is not what it seems', () => {
    // The text says one thing, the function another: as if it had been wrapped.
    const isError: Filter = (event) => event.level === 'ERROR'
    const isOther: Filter = Object.assign((event: Event) => !isError(event), {toString: () => String(isError)})
    const operator = new FilterOperator(isOther)
    expect(operator.predicate).toBeUndefined()
  })

  it('leave the way over records where a filter says more than comparisons', () => {
    const names = ['ERROR']
    const filter = new FilterOperator<Event>((event) => names.includes(event.level as string))
    const parser = new ParseJsonOperator({})
    expect(parser.fuseWithBoth(filter as FilterOperator, new LocalAggregateOperator(PLAN), 'Filter')).toBeUndefined()
  })
})

/** Whether nothing in it is an error to add up, or to ask. */
function isEvent(record: unknown): boolean {
  if (typeof record !== 'object' || record === null || Array.isArray(record)) return false
  const {ms, id, key} = record as Partial<Event>
  const areNumbers = [ms, id].every((one) => one === null || one === undefined || typeof one === 'number')
  return (
    areNumbers &&
    (key === null || ['string', 'number', 'boolean', 'undefined'].includes(typeof key)) &&
    key !== undefined
  )
}

const BROKEN = Buffer.concat([
  Buffer.from('{"level":"ERROR","other":1,"key":"a'),
  Buffer.from([0xff]),
  Buffer.from('","ms":1,"id":1}\n'),
])
