// Goal: the local count, alone and fused with the tokenizer, gives each word's count in one or several parts, within its memory,
//       with the same counters in both forms.
// Method: the operator harness; budgets so small that tables are flushed in the middle of a batch.
import {describe, expect, it} from 'vitest'
import {type Batch, createTypeScriptWordKernel} from '../../../src/columns/index.js'
import {javaStringHash, keyGroupForHash} from '../../../src/core/index.js'
import type {Operator} from '../../../src/operators/index.js'
import {LocalCountOperator} from '../../../src/operators/words/local-count.js'
import {TokenizeOperator} from '../../../src/operators/words/tokenize.js'
import {OperatorHarness, type Row, textBatch, wordBatches} from '../../support/operator-harness.js'
import {countRows, wordsOf} from '../../support/word-oracle.js'

const TINY_BUDGET = 512 * 1024
/** Far more distinct words than a table of 256 KiB holds, each several times. */
const MANY: readonly Row[] = Array.from({length: 30_000}, (_, i) => [`word${(i * 7919) % 12_000}`])
const SOME: readonly Row[] = Array.from({length: 5000}, (_, i) => [`word${i % 50}`])

function localCount() {
  return new LocalCountOperator(createTypeScriptWordKernel, {memoryShare: 0.25})
}

function fused(): Operator {
  const operator = new TokenizeOperator(createTypeScriptWordKernel).fuseWith(localCount())
  if (operator === undefined) throw new Error('the tokenizer fuses with a local count')
  return operator
}

function textOf(rows: readonly Row[]): string {
  return rows.map(([word], i) => word + (i % 10 === 9 ? '\n' : ' ')).join('')
}

const FORMS: readonly [string, () => Operator, (rows: readonly Row[]) => Batch[], (rows: readonly Row[]) => number][] =
  [
    ['alone', localCount, (rows) => wordBatches(rows, 1000), (rows) => rows.length],
    ['fused', fused, (rows) => [textBatch(textOf(rows))], (rows) => rows.length / 10],
  ]

describe.each(FORMS)('local count, %s', (_name, make, batches, recordsIn) => {
  it('gives each word once when all fit', async () => {
    const harness = new OperatorHarness(make())
    const rows = await harness.run(batches(SOME))
    expect(rows).toHaveLength(50)
    expect(new Map(rows as [string, number][])).toEqual(countRows(SOME))
    expect(harness.ledger(recordsIn(SOME))).toBe(0)
    expect(harness.metrics.get('recordsCombined')).toBe(4950)
  })

  it.each([Number.POSITIVE_INFINITY, 1])('flushes when its memory is full (room: %s)', async (roomPerTurn) => {
    const harness = new OperatorHarness(make(), {memoryBytes: TINY_BUDGET, roomPerTurn})
    const rows = await harness.run(batches(MANY))
    expect(rows.length).toBeGreaterThan(12_000)
    expect(countRows(rows)).toEqual(countRows(MANY))
    expect(harness.ledger(recordsIn(MANY))).toBe(0)
    if (roomPerTurn === 1) expect(harness.waits).toBeGreaterThan(5)
  })

  it('gives many words by key group, when it is not alone', async () => {
    // Each word three times, one after the other: a table whose words do not come again is flushed before it is large.
    const rows: readonly Row[] = Array.from({length: 120_000}, (_, i) => [`w${Math.floor(i / 3)}`])
    const groupsOf = async (parallelism: number) => {
      const counted = await new OperatorHarness(make(), {parallelism}).run(batches(rows))
      expect(countRows(counted)).toEqual(countRows(rows))
      return counted.map(([word]) => keyGroupForHash(javaStringHash(word), 128) >> 3)
    }
    const isSorted = (groups: readonly number[]) => groups.every((group, i) => i === 0 || groups[i - 1] <= group)
    expect(isSorted(await groupsOf(2))).toBe(true)
    expect(isSorted(await groupsOf(1))).toBe(false)
  })

  it('holds memory only while it is open', async () => {
    const harness = new OperatorHarness(make(), {memoryBytes: TINY_BUDGET}).open()
    await harness.process(batches(MANY)[0])
    expect(harness.metrics.get('managedMemoryBytes')).toBeGreaterThan(0)
    expect(harness.memory.availableBytes).toBeLessThan(TINY_BUDGET)
    harness.close()
    expect(harness.metrics.get('managedMemoryBytes')).toBe(0)
  })

  it('emits nothing for no input', async () => {
    const harness = new OperatorHarness(make())
    expect(await harness.run([])).toEqual([])
  })

  it('ends with a sentence when the budget has no room for the smallest table', () => {
    const harness = new OperatorHarness(make(), {memoryBytes: 1000})
    expect(() => harness.open()).toThrowError(expect.objectContaining({code: 'FTS_MEMORY_EXCEEDED'}))
    harness.close()
  })
})

describe('TokenizeAndCountOperator', () => {
  it('counts invalid UTF-8 of all its fillings, and reports it once', async () => {
    const harness = new OperatorHarness(fused(), {memoryBytes: TINY_BUDGET, usesReservedBytes: true})
    const bytes = Buffer.concat([Buffer.from([0xff, 0x20]), Buffer.from(textOf(MANY)), Buffer.from([0x61, 0xfe, 0x0a])])
    await harness.run([textBatch(bytes), textBatch(bytes)])
    expect(harness.reports).toEqual({invalidUtf8: 4})
    expect(harness.metrics.get('invalidUtf8')).toBe(4)
    expect(countRows(harness.rows).get('\ufffd')).toBe(2)
  })

  it('takes a word that is larger than its first memory', async () => {
    const long = 'x'.repeat(900_000)
    const harness = new OperatorHarness(fused())
    expect(await harness.run([textBatch(`${long} b ${long}\n`)])).toEqual([
      [long, 2],
      ['b', 1],
    ])
  })

  it('combines text that is not ASCII as well', async () => {
    const text = 'Ärger ärger ÄRGER straße\n'.repeat(20_000)
    const harness = new OperatorHarness(fused(), {memoryBytes: TINY_BUDGET})
    expect(countRows(await harness.run([textBatch(text)]))).toEqual(countRows(wordsOf(text).map((word) => [word])))
  })
})
