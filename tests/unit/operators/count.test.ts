// Goal: words.count gives each word once in the configured order, also when the words do not fit into memory and go to disk.
// Method: the operator harness against a Map and a sort; budgets from roomy to one that forces several levels of spilling.
import {describe, expect, it} from 'vitest'
import {createTypeScriptWordKernel} from '../../../src/columns/index.js'
import {CountOperator} from '../../../src/operators/words/count.js'
import type {CountConfig} from '../../../src/operators/words/count-config.js'
import {type HarnessOptions, OperatorHarness, type Row, wordBatch, wordBatches} from '../../support/operator-harness.js'
import {countRows, sortedRows} from '../../support/word-oracle.js'

const TINY_BUDGET = 512 * 1024
const SOME: readonly Row[] = Array.from({length: 5000}, (_, i) => [`w${(i * i) % 997}`, (i % 5) + 1])
const MANY: readonly Row[] = Array.from({length: 60_000}, (_, i) => [`word${(i * 7919) % 40_000}`, (i % 3) + 1])

function harnessOf(config: Partial<CountConfig>, options: HarnessOptions = {}) {
  const defaults = {order: 'none', limit: Number.POSITIVE_INFINITY, memoryShare: 0.7, spillPartitionCount: 4} as const
  return new OperatorHarness(new CountOperator(createTypeScriptWordKernel, {...defaults, ...config}), options)
}

describe.each(['count', 'word'] as const)('CountOperator, order %s', (order) => {
  it('gives one sorted stream from memory', async () => {
    const harness = harnessOf({order}, {roomPerTurn: 1})
    expect(await harness.run(wordBatches(SOME, 700))).toEqual(sortedRows(countRows(SOME), order))
    expect(harness.ledger(SOME.length)).toBe(0)
    expect(harness.metrics.get('spilledBytes')).toBe(0)
  })

  it('gives the same stream when it spills, on several levels', async () => {
    const harness = harnessOf({order, spillPartitionCount: 2}, {memoryBytes: TINY_BUDGET, roomPerTurn: 2})
    expect(await harness.run(wordBatches(MANY, 1000))).toEqual(sortedRows(countRows(MANY), order))
    expect(harness.ledger(MANY.length)).toBe(0)
    expect(harness.metrics.get('spilledBytes')).toBe(harness.io.writtenBytes)
    expect(harness.io.createdFiles).toBeGreaterThan(12)
  })

  it.each([0, 1, 3000])('keeps the first %s rows', async (limit) => {
    for (const memoryBytes of [TINY_BUDGET, 64 * 1024 * 1024]) {
      const harness = harnessOf({order, limit}, {memoryBytes})
      expect(await harness.run(wordBatches(MANY, 1000))).toEqual(sortedRows(countRows(MANY), order).slice(0, limit))
      expect(harness.ledger(MANY.length)).toBe(0)
      expect(harness.metrics.get('recordsFiltered')).toBe(40_000 - limit)
    }
  })
})

describe('CountOperator', () => {
  it('gives each word once without an order, from memory and from disk', async () => {
    for (const memoryBytes of [TINY_BUDGET, 64 * 1024 * 1024]) {
      const harness = harnessOf({}, {memoryBytes, roomPerTurn: 1})
      const rows = await harness.run(wordBatches(MANY, 1000))
      expect(rows).toHaveLength(40_000)
      expect(countRows(rows)).toEqual(countRows(MANY))
      expect(harness.ledger(MANY.length)).toBe(0)
    }
  })

  it('merges more runs than it reads at once', async () => {
    const harness = harnessOf({order: 'count', spillPartitionCount: 150}, {memoryBytes: TINY_BUDGET})
    expect(await harness.run(wordBatches(MANY, 1000))).toEqual(sortedRows(countRows(MANY), 'count'))
    expect(harness.io.createdFiles).toBeGreaterThan(300)
  })

  it('spills words of any length and bytes', async () => {
    const rows: Row[] = [['\u0000', 1], ['é'.repeat(300), 2], ['x'.repeat(70_000), 3], ['\ufffd', 4], ...MANY]
    const harness = harnessOf({order: 'word'}, {memoryBytes: TINY_BUDGET})
    expect(await harness.run(wordBatches(rows, 997))).toEqual(sortedRows(countRows(rows), 'word'))
  })

  it('gives back memory and files when it is closed while spilling', async () => {
    const harness = harnessOf({order: 'count'}, {memoryBytes: TINY_BUDGET, roomPerTurn: 1}).open()
    await harness.processAll(wordBatches(MANY, 1000))
    expect(harness.io.files.size).toBeGreaterThan(0)
    while (harness.io.openReaders === 0) {
      harness.operator.finish()
      await new Promise((resolve) => setImmediate(resolve))
    }
    harness.close()
  })

  it('says so when the disk does', async () => {
    const harness = harnessOf({}, {memoryBytes: TINY_BUDGET})
    harness.io.writeError = new Error('no space left on device')
    await expect(harness.run(wordBatches(MANY, 1000))).rejects.toThrow('no space left on device')
  })

  it('takes an empty input and an empty batch', async () => {
    expect(await harnessOf({order: 'count'}).run([])).toEqual([])
    expect(await harnessOf({order: 'count'}).run([wordBatch([])])).toEqual([])
  })
})
