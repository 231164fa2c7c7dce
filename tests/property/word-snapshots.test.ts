// Goal: counts of words survive a kill, at any parallelism, and what is counted before the shuffle goes before the barrier.
// Method: random words in batches through the operator harness; in the middle a snapshot, then one or several new operators that start
// from it and get the words of their key groups; the oracle counts in a Map. Both kernels, every word order.
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {createTypeScriptWordKernel, createWordKernel} from '../../src/columns/index.js'
import {javaStringHash, keyGroupForHash, keyGroupRangeOf, type RestoredOperatorState} from '../../src/core/index.js'
import type {Operator} from '../../src/operators/index.js'
import {LimitOperator} from '../../src/operators/rows/limit.js'
import {CountOperator} from '../../src/operators/words/count.js'
import {LocalCountOperator} from '../../src/operators/words/local-count.js'
import {RunningCountOperator} from '../../src/operators/words/running-count.js'
import {TokenizeAndCountOperator} from '../../src/operators/words/tokenize-and-count.js'
import {SeededRandom} from '../../src/platform/index.js'
import {OperatorHarness, type Row, textBatch, wordBatch, wordBatches} from '../support/operator-harness.js'
import {propertyOptions} from '../support/property-options.js'
import {StateFiles} from '../support/state-files.js'

const kernels = fc.constantFrom(createTypeScriptWordKernel, createWordKernel)
const words = fc.array(
  fc.tuple(fc.constantFrom('a', 'bb', 'é', 'ﬁx', 'zebra', 'ω', 'x1', 'x2', 'x3'), fc.integer({min: 1, max: 9})),
  {
    maxLength: 60,
  },
)
const rooms = fc.constantFrom(1, 2, Number.POSITIVE_INFINITY)

function total(rows: readonly Row[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const [word, count = 1] of rows) counts.set(word, (counts.get(word) ?? 0) + count)
  return counts
}

/** The rows that a shuffle gives to a subtask. */
function rowsOf(rows: readonly Row[], subtaskIndex: number, parallelism: number): readonly Row[] {
  const {keyGroupStart, keyGroupEndInclusive} = keyGroupRangeOf(subtaskIndex, parallelism, 128)
  return rows.filter(([word]) => {
    const keyGroup = keyGroupForHash(javaStringHash(word), 128)
    return keyGroup >= keyGroupStart && keyGroup <= keyGroupEndInclusive
  })
}

describe('word operators restored from a snapshot', () => {
  it('words.count has all counts once', async () => {
    const property = fc.asyncProperty(
      kernels,
      words,
      words,
      fc.integer({min: 1, max: 4}),
      rooms,
      async (kernel, before, after, parallelism, roomPerTurn) => {
        const config = {
          order: 'word',
          limit: Number.POSITIVE_INFINITY,
          memoryShare: 0.7,
          spillPartitionCount: 4,
        } as const
        const make = (): Operator => new CountOperator(kernel, config)
        const files = new StateFiles()
        const first = new OperatorHarness(make(), {files, roomPerTurn}).open()
        await first.processAll(wordBatches(before, 7))
        const restored = await first.snapshot(1)
        // The first goes on, and would have counted right, too.
        await first.processAll(wordBatches(after, 7))
        await first.finish()
        expect(new Map(first.rows as [string, number][])).toEqual(total([...before, ...after]))
        first.close()
        const counted = new Map<string, number>()
        for (let subtaskIndex = 0; subtaskIndex < parallelism; subtaskIndex++) {
          const next = new OperatorHarness(make(), {files, restored, subtaskIndex, parallelism, roomPerTurn})
          for (const [word, count] of await next.run(wordBatches(rowsOf(after, subtaskIndex, parallelism), 7))) {
            expect(counted.has(word)).toBe(false)
            counted.set(word, count ?? 0)
          }
        }
        expect(counted).toEqual(total([...before, ...after]))
      },
    )
    await fc.assert(property, propertyOptions(60))
  })

  it('words.running-count goes on counting', async () => {
    const property = fc.asyncProperty(kernels, words, words, async (kernel, before, after) => {
      const make = (): Operator => new RunningCountOperator(kernel)
      const files = new StateFiles()
      const undisturbed = await new OperatorHarness(make()).run(wordBatches([...before, ...after], 9))
      const first = new OperatorHarness(make(), {files}).open()
      await first.processAll(wordBatches(before, 9))
      const restored = await first.snapshot(1)
      first.close()
      const rest = await new OperatorHarness(make(), {files, restored}).run(wordBatches(after, 9))
      expect([...first.rows, ...rest]).toEqual(undisturbed)
    })
    await fc.assert(property, propertyOptions(60))
  })

  it('local counts are empty behind the barrier', async () => {
    const property = fc.asyncProperty(
      kernels,
      words,
      fc.boolean(),
      rooms,
      async (kernel, rows, isFused, roomPerTurn) => {
        const operator = isFused
          ? new TokenizeAndCountOperator(kernel, {memoryShare: 0.25})
          : new LocalCountOperator(kernel, {memoryShare: 0.25})
        const harness = new OperatorHarness(operator, {roomPerTurn}).open()
        const given = isFused ? rows.map(([word]) => [word, 1] as const) : rows
        if (isFused) await harness.process(textBatch(rows.map(([word]) => word).join(' ')))
        else await harness.processAll(wordBatches(rows, 5))
        for (const checkpointId of [1, 2]) {
          const {keyed, lists} = await harness.snapshot(checkpointId)
          expect([keyed, lists]).toEqual([[], []])
          expect(total(harness.rows)).toEqual(total(given))
        }
        await harness.finish()
        harness.close()
        expect(total(harness.rows)).toEqual(total(given))
      },
    )
    await fc.assert(property, propertyOptions(60))
  })

  it('rows.limit gives no more than its limit in all', async () => {
    const files = new StateFiles()
    const first = new OperatorHarness(new LimitOperator(3), {files}).open()
    await first.process(
      wordBatch([
        ['a', 1],
        ['b', 2],
      ]),
    )
    const restored = await first.snapshot(1)
    first.close()
    const rest = await new OperatorHarness(new LimitOperator(3), {files, restored}).run([
      wordBatch([
        ['c', 3],
        ['d', 4],
      ]),
    ])
    expect(rest).toEqual([['c', 3]])
  })

  const rounds = fc.array(
    fc.record({
      wordCount: fc.integer({min: 0, max: 12_000}),
      distinct: fc.constantFrom(100, 9_000, 40_000),
      takes: fc.constantFrom('nothing', 'full', 'incremental', 'incremental'),
      ends: fc.constantFrom('completed', 'completed', 'written', 'aborted'),
    }),
    {minLength: 3, maxLength: 9, size: 'max'},
  )

  it('words.count has what it has spilled, and writes only what is new', async () => {
    const orders = fc.constantFrom('none' as const, 'count' as const, 'word' as const)
    const property = fc.asyncProperty(
      kernels,
      rounds,
      orders,
      fc.constantFrom(1, 2, 3),
      fc.nat(),
      async (kernel, given, order, parallelism, seed) => {
        const random = new SeededRandom(seed)
        const make = (): Operator => new CountOperator(kernel, {...SPILLING, order})
        const files = new StateFiles()
        const first = new OperatorHarness(make(), {files, memoryBytes: TINY_BUDGET}).open()
        const so: Map<string, number> = new Map()
        let last: {readonly restored: RestoredOperatorState; readonly expected: Map<string, number>} | undefined
        let id = 0
        for (const {wordCount, distinct, takes, ends} of given) {
          const rows = () =>
            Array.from({length: wordCount / 2}, () => [`word-${Math.floor(random.next() * distinct)}`, 1] as const)
          await first.processAll(wordBatches(counted(so, rows()), 1500))
          if (takes === 'nothing') continue
          const expected = new Map(so)
          const writing = await first.beginSnapshot(++id, takes === 'incremental')
          writing.step()
          await first.processAll(wordBatches(counted(so, rows()), 1500))
          last = {restored: writing.finish(), expected}
          if (ends === 'completed') first.operator.checkpointCompleted?.(id)
          else if (ends === 'aborted') first.operator.checkpointAborted?.(id)
        }
        await first.finish()
        expect(new Map(first.rows as [string, number][])).toEqual(so)
        expect(first.ledger(sum(so))).toBe(0)
        first.close()
        if (last === undefined) return
        const {restored} = last
        const found = new Map<string, number>()
        for (let subtaskIndex = 0; subtaskIndex < parallelism; subtaskIndex++) {
          const options = {files, restored, subtaskIndex, parallelism, memoryBytes: TINY_BUDGET}
          for (const [word, count] of await new OperatorHarness(make(), options).run([])) {
            expect(found.has(word)).toBe(false)
            found.set(word, count ?? 0)
          }
        }
        expect(found).toEqual(last.expected)
      },
    )
    await fc.assert(property, propertyOptions(6))
  })

  it('words.count that spills writes little for a checkpoint in which little came, in few files', async () => {
    const files = new StateFiles()
    const operator = new CountOperator(createTypeScriptWordKernel, SPILLING)
    const harness = new OperatorHarness(operator, {files, memoryBytes: TINY_BUDGET}).open()
    await harness.processAll(wordBatches(distinctRows(0, 40_000), 2000))
    const sizes: (readonly number[])[] = []
    for (let id = 1; id <= 20; id++) {
      await harness.processAll(wordBatches(distinctRows(id * 100, id * 100 + 100), 2000))
      const {keyed} = (await harness.beginSnapshot(id, true)).finish()
      operator.checkpointCompleted(id)
      sizes.push(keyed[0].files.map(({sizeBytes}) => sizeBytes))
    }
    const [base] = sizes[0]
    expect(sizes.map((all) => all[0])).toEqual(sizes.map(() => base))
    for (const all of sizes) expect(all.slice(1).reduce((total, size) => total + size, 0)).toBeLessThan(base / 5)
    expect(Math.max(...sizes.map(({length}) => length))).toBeLessThanOrEqual(6)
    harness.close()
  })

  it('words.count waits with its results until what it has spilled is in the snapshot', async () => {
    const files = new StateFiles()
    const operator = new CountOperator(createTypeScriptWordKernel, SPILLING)
    const harness = new OperatorHarness(operator, {files, memoryBytes: TINY_BUDGET}).open()
    await harness.processAll(wordBatches(distinctRows(0, 40_000), 2000))
    const writing = await harness.beginSnapshot(1, true)
    writing.step()
    let isFinished = false
    const finished = harness.finish().then(() => {
      isFinished = true
    })
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
    expect([isFinished, harness.rows.length]).toEqual([false, 0])
    const restored = writing.finish()
    await finished
    expect(harness.rows).toHaveLength(40_000)
    harness.close()
    expect(
      await new OperatorHarness(new CountOperator(createTypeScriptWordKernel, SPILLING), {files, restored}).run([]),
    ).toHaveLength(40_000)
  })
})

const TINY_BUDGET = 512 * 1024
const SPILLING = {order: 'none', limit: Number.POSITIVE_INFINITY, memoryShare: 0.7, spillPartitionCount: 4} as const

function distinctRows(from: number, to: number): readonly Row[] {
  return Array.from({length: to - from}, (_, i) => [`word-${from + i}`, 1] as const)
}

function counted(counts: Map<string, number>, rows: readonly (readonly [string, number])[]): readonly Row[] {
  for (const [word, count] of rows) counts.set(word, (counts.get(word) ?? 0) + count)
  return rows
}

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((total, count) => total + count, 0)
}
