/**
 * Goal    Each partitioner gives every row to exactly one subpartition (a broadcast: to all), the one that Flink would choose where that is defined.
 * Method  Batches are partitioned and what each subpartition was dealt is written down; hash is compared with core's key group functions.
 */
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import type {Batch, ColumnBatch} from '../../../src/columns/index.js'
import {javaStringHash, keyGroupForHash, subtaskForKeyGroup} from '../../../src/core/index.js'
import type {PartitionerSpec, ResultPartitionDeployment} from '../../../src/graph/index.js'
import type {PartitionFunctions} from '../../../src/shuffle/index.js'
import {createRowPartitioner} from '../../../src/shuffle/partitioners/create-row-partitioner.js'
import {hashKey} from '../../../src/types/index.js'
import {propertyOptions} from '../../support/property-options.js'
import {seededRandom} from '../../support/seeded-random.js'
import {objects} from '../../support/shuffle-slots.js'

function dealer(
  partitioner: PartitionerSpec,
  subpartitionCount: number,
  functions: PartitionFunctions = {},
  max = 128,
) {
  const next = seededRandom(7)
  const made = createRowPartitioner({
    deployment: {partitioner, subpartitionCount, maxParallelism: max} as ResultPartitionDeployment,
    functions,
    random: {next, hex: () => ''},
    hashKey,
  })
  return (batch: Batch): number[][] => {
    const dealt: number[][] = Array.from({length: subpartitionCount}, () => [])
    made.partition(batch, (subpartition, rows, rowCount) => {
      const listed = rows === undefined ? Array.from({length: rowCount}, (_, i) => i) : [...rows.subarray(0, rowCount)]
      dealt[subpartition].push(...listed)
    })
    return dealt
  }
}

function words(texts: readonly string[]): ColumnBatch {
  const bytes = texts.map((text) => Buffer.from(text))
  const offsets = new Int32Array(texts.length + 1)
  bytes.forEach((one, i) => {
    offsets[i + 1] = offsets[i] + one.byteLength
  })
  return {
    kind: 'columns',
    schema: {fields: [{name: 'word', type: 'utf8'}]},
    rowCount: texts.length,
    columns: [{type: 'utf8', bytes: Buffer.concat(bytes), offsets}],
  }
}

function expected(keyHashes: readonly number[], count: number, max: number): number[][] {
  const dealt: number[][] = Array.from({length: count}, () => [])
  keyHashes.forEach((hash, row) => {
    dealt[subtaskForKeyGroup(keyGroupForHash(hash, max), count, max)].push(row)
  })
  return dealt
}

describe('hash', () => {
  it('hands on a batch as it is when all its rows go to one subtask', () => {
    const deal = dealer({kind: 'hash', keyColumn: 0}, 2)
    const texts = Array.from({length: 100}, (_, i) => `w${i}`)
    const second = texts.filter((text) => keyGroupForHash(javaStringHash(text), 128) >= 64)
    expect(second.length).toBeGreaterThan(20)
    expect(deal(words(second))).toEqual([[], second.map((_, row) => row)])
    const keyGroups = {keyGroupStart: 64, keyGroupEndInclusive: 127, maxParallelism: 128}
    expect(deal({...words(second), keyGroups})).toEqual([[], second.map((_, row) => row)])
    // A range over both subtasks, or of another max parallelism, says nothing.
    for (const misleading of [
      {...keyGroups, keyGroupStart: 63},
      {...keyGroups, maxParallelism: 256},
    ])
      expect(deal({...words(texts), keyGroups: misleading})).toEqual(deal(words(texts)))
    expect(deal(words([]))).toEqual([[], []])
  })

  it('agrees with the key groups for texts as bytes, as strings and with hashes at hand', () => {
    const cases = fc.record({
      texts: fc.array(fc.string({unit: 'grapheme', maxLength: 12}), {maxLength: 60}),
      count: fc.integer({min: 1, max: 9}),
      max: fc.constantFrom(9, 128, 200, 32_768),
    })
    fc.assert(
      fc.property(cases, ({texts, count, max}) => {
        const hashes = texts.map(javaStringHash)
        const wanted = expected(hashes, count, max)
        const byColumn = dealer({kind: 'hash', keyColumn: 0}, count, {}, max)
        expect(byColumn(words(texts))).toEqual(wanted)
        expect(byColumn({...words(texts), keyHashes: Int32Array.from(hashes)})).toEqual(wanted)
        const byKey = dealer({kind: 'hash'}, count, {selectKey: (value) => (value as {key: string}).key}, max)
        expect(byKey(objects(texts.map((key) => ({key}))))).toEqual(wanted)
      }),
      propertyOptions(150),
    )
  })

  it('sends a number to one place, whatever column it stands in, and null where null goes', () => {
    const values = [0, 1, -5, 2.5, 1e300, 77]
    const wanted = expected(values.map(hashKey), 4, 128)
    const deal = dealer({kind: 'hash', keyColumn: 0}, 4)
    const schema = {fields: [{name: 'n', type: 'f64' as const}]}
    const doubles = {kind: 'columns' as const, schema, rowCount: 6}
    expect(deal({...doubles, columns: [{type: 'f64', values: Float64Array.from(values)}]})).toEqual(wanted)
    const nulls = deal({
      ...doubles,
      columns: [{type: 'f64', values: new Float64Array(6).fill(3), validity: Uint8Array.of(0b000111)}],
    })
    expect(nulls).toEqual(expected([3, 3, 3, null, null, null].map(hashKey), 4, 128))
    const bools = deal({...doubles, columns: [{type: 'bool', values: Uint8Array.of(1, 0, 1, 0, 1, 0)}]})
    expect(bools).toEqual(expected([true, false, true, false, true, false].map(hashKey), 4, 128))
  })
})

describe('round robin', () => {
  it('keeps the totals of all subpartitions within one row, whatever the sizes of the batches', () => {
    const cases = fc.record({sizes: fc.array(fc.integer({min: 1, max: 50})), count: fc.integer({min: 2, max: 8})})
    fc.assert(
      fc.property(cases, fc.constantFrom('rebalance' as const, 'rescale' as const), ({sizes, count}, kind) => {
        const deal = dealer({kind}, count)
        const totals = new Array<number>(count).fill(0)
        for (const size of sizes) {
          const dealt = deal(objects(new Array(size).fill(0)))
          expect(dealt.flat().sort((a, b) => a - b)).toEqual(Array.from({length: size}, (_, i) => i))
          dealt.forEach((rows, subpartition) => {
            totals[subpartition] += rows.length
          })
        }
        expect(Math.max(...totals) - Math.min(...totals)).toBeLessThanOrEqual(1)
      }),
      propertyOptions(150),
    )
  })

  it('begins at 0 for rescale', () => {
    expect(dealer({kind: 'rescale'}, 3)(objects(['a', 'b']))).toEqual([[0], [1], []])
  })

  it('sends blocks of text round whole', () => {
    const deal = dealer({kind: 'rescale'}, 2)
    const block: Batch = {kind: 'bytes', bytes: Buffer.from('a b\n'), rowCount: 3}
    expect([deal(block), deal(block), deal(block)]).toEqual([
      [[0, 1, 2], []],
      [[], [0, 1, 2]],
      [[0, 1, 2], []],
    ])
  })
})

describe('the others', () => {
  const rows = objects([0, 1, 2, 3])

  it.each(['forward', 'global'] as const)('%s sends all to the first', (kind) => {
    expect(dealer({kind}, 3)(rows)).toEqual([[0, 1, 2, 3], [], []])
  })

  it('shuffle sends each row somewhere', () => {
    const dealt = dealer({kind: 'shuffle'}, 3)(objects(new Array(300).fill(0)))
    expect(dealt.flat()).toHaveLength(300)
    for (const part of dealt) expect(part.length).toBeGreaterThan(50)
  })

  it('custom asks the user, with the key and the number of subpartitions', () => {
    const partition = (key: unknown, count: number) => (key as number) % count
    const functions = {partition, selectKey: (value: unknown) => (value as number) * 10 + 1}
    expect(dealer({kind: 'custom', partitionerOf: 'op'}, 3, functions)(rows)).toEqual([[2], [0, 3], [1]])
  })

  it.each([-1, 3, 0.5, Number.NaN, '1'])('custom refuses the answer %s', (answer) => {
    const deal = dealer({kind: 'custom', partitionerOf: 'op'}, 3, {partition: () => answer as number})
    expect(() => deal(rows)).toThrow(expect.objectContaining({code: 'FTS_PARTITIONER_RANGE', kind: 'user'}))
  })

  it('every kind is the identity with one subpartition', () => {
    for (const kind of ['hash', 'rebalance', 'rescale', 'shuffle', 'broadcast', 'global', 'forward'] as const)
      expect(dealer({kind}, 1)(rows)).toEqual([[0, 1, 2, 3]])
  })
})
