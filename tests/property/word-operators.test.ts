// Goal: the word operators agree with a plain Map and sort for any text, any way of cutting it into batches, any budget and any
//       room: nothing is lost, doubled or out of order, and the ledger balances.
// Method: fast-check over the operator harness. Words come from a small and from a large vocabulary, so that tables combine,
//         flush, spill and spill again. FTS_TEST_SEED replays, FTS_TEST_RUNS multiplies.
import {assert, asyncProperty, constantFrom, type IAsyncProperty, integer, oneof, record, string} from 'fast-check'
import {describe, expect, it} from 'vitest'
import {createTypeScriptWordKernel, createWordKernel, RowBuilder, type WordKernel} from '../../src/columns/index.js'
import type {Operator} from '../../src/operators/index.js'
import {RowFrameEncoder} from '../../src/operators/spill/row-frame.js'
import {RowFrameReader} from '../../src/operators/spill/row-frame-reader.js'
import {CountOperator} from '../../src/operators/words/count.js'
import {LocalCountOperator} from '../../src/operators/words/local-count.js'
import {RunningCountOperator} from '../../src/operators/words/running-count.js'
import {TokenizeOperator} from '../../src/operators/words/tokenize.js'
import {OperatorHarness, type Row, textBatch, wordBatches} from '../support/operator-harness.js'
import {propertyOptions} from '../support/property-options.js'
import {countRows, sortedRows, wordsOf} from '../support/word-oracle.js'

const KIB = 1024
/** The WebAssembly kernels, where they can be had, and their twin. */
const kernels = constantFrom(createTypeScriptWordKernel, createWordKernel)

/** Rows from a generator of its own, quick to make in tens of thousands. */
function rowsFrom({seed, rowCount, vocabulary}: {seed: number; rowCount: number; vocabulary: number}): Row[] {
  let state = seed
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state
  }
  return Array.from({length: rowCount}, () => {
    const word = next() % vocabulary
    return [`${'äb'.repeat(word % 7)}${word.toString(36)}`, (next() % 9) + 1] as const
  })
}

const rowSets = record({
  seed: integer(),
  rowCount: integer({min: 0, max: 25_000}),
  vocabulary: constantFrom(1, 30, 3000, 1_000_000),
})
const budgets = constantFrom(512 * KIB, 700 * KIB, 2048 * KIB, 64 * 1024 * KIB)
const rooms = constantFrom(1, 3, Number.POSITIVE_INFINITY)
const texts = oneof(
  string({unit: 'binary', maxLength: 400}),
  string({unit: constantFrom('a', 'B', 'é', 'Σ', ' ', '\n', '\u00a0', '\u2003', 'İ'), maxLength: 400}),
)

function holds(property: IAsyncProperty<never>, runs: number): Promise<void> {
  return assert(property, propertyOptions(runs) as never)
}

describe('words.count', () => {
  it('agrees with a Map and a sort', async () => {
    const cases = record({
      kernel: kernels,
      rows: rowSets,
      memoryBytes: budgets,
      roomPerTurn: rooms,
      batchRows: integer({min: 1, max: 4000}),
      order: constantFrom('count' as const, 'word' as const, 'none' as const),
      limit: constantFrom(0, 5, 2500, Number.POSITIVE_INFINITY),
      spillPartitionCount: constantFrom(2, 3, 32),
    })
    const property = asyncProperty(
      cases,
      async ({kernel, rows: set, memoryBytes, roomPerTurn, batchRows, ...config}) => {
        const rows = rowsFrom(set)
        const harness = new OperatorHarness(new CountOperator(kernel, {...config, memoryShare: 0.7}), {
          memoryBytes,
          roomPerTurn,
        })
        const answer = await harness.run(wordBatches(rows, batchRows))
        const expected = countRows(rows)
        expect(harness.ledger(rows.length)).toBe(0)
        if (config.order !== 'none') expect(answer).toEqual(sortedRows(expected, config.order).slice(0, config.limit))
        else if (config.limit > expected.size) expect(countRows(answer)).toEqual(expected)
        expect(new Set(answer.map(([word]) => word)).size).toBe(Math.min(config.limit, expected.size))
      },
    )
    await holds(property as never, 40)
  }, 60_000)
})

describe('words.local-count', () => {
  it('gives counts that add up to those of the rows', async () => {
    const cases = record({
      kernel: kernels,
      rows: rowSets,
      memoryBytes: budgets,
      roomPerTurn: rooms,
      batchRows: integer({min: 1, max: 4000}),
    })
    const property = asyncProperty(cases, async ({kernel, rows: set, memoryBytes, roomPerTurn, batchRows}) => {
      const rows = rowsFrom(set)
      const operator = new LocalCountOperator(kernel, {memoryShare: 0.25})
      const harness = new OperatorHarness(operator, {memoryBytes, roomPerTurn})
      const answer = await harness.run(wordBatches(rows, batchRows))
      expect(countRows(answer)).toEqual(countRows(rows))
      expect(harness.ledger(rows.length)).toBe(0)
    })
    await holds(property as never, 25)
  }, 60_000)
})

describe('words.running-count', () => {
  it('gives what a Map holds after each row', async () => {
    const property = asyncProperty(kernels, rowSets, integer({min: 1, max: 4000}), async (kernel, set, batchRows) => {
      const rows = rowsFrom(set)
      const harness = new OperatorHarness(new RunningCountOperator(kernel), {roomPerTurn: 1})
      const counts = new Map<string, number>()
      const expected = rows.map(([word, count]): Row => {
        const running = (counts.get(word) ?? 0) + (count ?? 1)
        counts.set(word, running)
        return [word, running]
      })
      expect(await harness.run(wordBatches(rows, batchRows))).toEqual(expected)
    })
    await holds(property as never, 15)
  }, 60_000)
})

describe('words.tokenize, alone and fused with words.local-count', () => {
  it('agrees with toLowerCase().split(/\\s+/), and the ledger is the same', async () => {
    const property = asyncProperty(
      kernels,
      texts,
      texts,
      rooms,
      constantFrom(true, false),
      async (kernel, first, second, roomPerTurn, isFused) => {
        const blocks = [`${first}\n`, `${second}\n`]
        const words = blocks.flatMap((block) => wordsOf(new TextDecoder().decode(new TextEncoder().encode(block))))
        const harness = new OperatorHarness(isFused ? fused(kernel) : new TokenizeOperator(kernel), {roomPerTurn})
        const answer = await harness.run(blocks.map(textBatch))
        expect(countRows(answer)).toEqual(countRows(words.map((word) => [word])))
        if (!isFused) expect(answer.map(([word]) => word)).toEqual(words)
        const lines = blocks.join('').split('\n').length - 1
        expect(harness.ledger(lines)).toBe(0)
        expect(harness.metrics.get('recordsExpanded')).toBe(Math.max(0, words.length - lines))
      },
    )
    await holds(property as never, 200)
  })
})

describe('row frames', () => {
  it('survive any cut into blocks', async () => {
    const cases = record({
      rows: rowSets,
      blockBytes: integer({min: 1, max: 5000}),
      builderRows: constantFrom(1, 7, 500),
    })
    const property = asyncProperty(cases, async ({rows: set, blockBytes, builderRows}) => {
      const rows = rowsFrom({...set, rowCount: set.rowCount % 1500})
      const reader = readerOf(encode(rows, builderRows), blockBytes)
      const read: Row[] = []
      for (let frame = reader.next(); frame !== 'end' && frame !== 'pending'; frame = reader.next()) {
        const {words, counts, rowCount} = frame
        for (let row = 0; row < rowCount; row++) {
          const word = Buffer.from(words.bytes.subarray(words.offsets[row], words.offsets[row + 1])).toString()
          read.push([word, counts[row]])
        }
      }
      expect(read).toEqual(rows)
    })
    await holds(property as never, 60)
  })
})

function fused(kernel: () => WordKernel): Operator {
  const operator = new TokenizeOperator(kernel).fuseWith(new LocalCountOperator(kernel, {memoryShare: 0.25}))
  if (operator === undefined) throw new Error('the tokenizer fuses with a local count')
  return operator
}

function encode(rows: readonly Row[], builderRows: number): Uint8Array {
  const encoder = new RowFrameEncoder()
  const builder = new RowBuilder(builderRows, builderRows * 8)
  const frames: Uint8Array[] = []
  const flush = () => {
    if (!builder.isEmpty) frames.push(encoder.encode(builder.rows()).slice())
    builder.clear()
  }
  for (const [word, count] of rows) {
    const bytes = Buffer.from(word)
    if (builder.tryAppend(bytes, 0, bytes.length, count ?? 1)) continue
    flush()
    builder.tryAppend(bytes, 0, bytes.length, count ?? 1)
  }
  flush()
  return Buffer.concat(frames)
}

function readerOf(content: Uint8Array, blockBytes: number): RowFrameReader {
  let at = 0
  const next = () => {
    if (at >= content.length) return 'end'
    const block = content.slice(at, at + blockBytes)
    at += block.length
    return block
  }
  return new RowFrameReader({next, close: () => {}})
}
