// Goal: rows.limit hands on the first rows only; rows.format makes lines; both keep the ledger. Factories refuse a wrong config.
// Method: the operator harness, and the factories by name.
import {describe, expect, it} from 'vitest'
import {createTypeScriptWordKernel} from '../../../src/columns/index.js'
import {type Operator, wordOperatorFactories} from '../../../src/operators/index.js'
import {OperatorHarness, type Row, wordBatches} from '../../support/operator-harness.js'

const ROWS: readonly Row[] = [
  ['plain', 3],
  ['a,b', 2],
  ['"q"', 1],
]

function make(name: string, config: unknown = {}): Operator {
  const factory = new Map(wordOperatorFactories(createTypeScriptWordKernel)).get(name)
  const made = factory?.(config)
  if (made?.kind !== 'operator') throw new Error(`${name} makes an operator`)
  return made.operator
}

describe('rows.limit', () => {
  it.each([0, 1, 2, 3, 9])('hands on %s rows', async (limit) => {
    const harness = new OperatorHarness(make('rows.limit', {limit}), {roomPerTurn: 1})
    expect(await harness.run(wordBatches(ROWS, 2))).toEqual(ROWS.slice(0, limit))
    expect(harness.ledger(3)).toBe(0)
  })
})

describe('rows.format', () => {
  it.each([
    ['tsv', 'plain\t3\na,b\t2\n"q"\t1\n'],
    ['csv', 'plain,3\n"a,b",2\n"""q""",1\n'],
    ['json', '{"word":"plain","count":3}\n{"word":"a,b","count":2}\n{"word":"\\"q\\"","count":1}\n'],
  ])('makes lines of %s', async (format, text) => {
    const harness = new OperatorHarness(make('rows.format', {format}), {roomPerTurn: 1})
    await harness.run(wordBatches(ROWS, 2))
    expect(harness.text).toBe(text)
    expect(harness.emitted.map((batch) => batch.rowCount)).toEqual([2, 1])
  })
})

describe('wordOperatorFactories', () => {
  it('makes every operator from its defaults', () => {
    for (const [name, factory] of wordOperatorFactories(createTypeScriptWordKernel)) {
      expect(factory({}).kind, name).toBe('operator')
    }
  })

  it.each([
    ['words.count', {order: 'size'}, '"order" is "size", expected one of count, word, none'],
    ['words.count', {limit: -1}, '"limit" is -1, expected a whole number of at least 0'],
    ['words.local-count', {memoryShare: 2}, '"memoryShare" is 2, expected a number above 0 and at most 1'],
    ['rows.merge', {order: 'none'}, '"order" is "none", expected one of count, word'],
    ['rows.format', {format: 'xml'}, '"format" is "xml", expected one of tsv, csv, json'],
  ])('refuses a wrong config of %s', (name, config, message) => {
    expect(() => make(name, config)).toThrowError(
      expect.objectContaining({kind: 'user', message: expect.stringContaining(message)}),
    )
  })

  it('fuses the tokenizer with a local count only', () => {
    expect(make('words.tokenize').fuseWith?.(make('words.local-count'))).toBeDefined()
    expect(make('words.tokenize').fuseWith?.(make('words.running-count'))).toBeUndefined()
  })
})
