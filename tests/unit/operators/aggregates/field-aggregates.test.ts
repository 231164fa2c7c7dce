/**
 * Goal: built-in aggregates by field give the same results in both modes, for every kind of key, and say what is wrong with a value or a spec.
 * Method: whole programs through the JobDriver, in one thread; results compared as sets with what was worked out by hand.
 */
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import type {program} from '../../../../src/api/index.js'
import {JobDriver} from '../../../../src/testing/index.js'

interface Sale {
  readonly shop: string
  readonly kind: string | null
  readonly price: number | null
}

const SALES: readonly Sale[] = [
  {shop: 'north', kind: 'book', price: 2},
  {shop: 'north', kind: 'book', price: 4},
  {shop: 'south', kind: null, price: null},
  {shop: 'north', kind: 'toy', price: null},
]

const AGGREGATES = {
  sales: 'count',
  priced: {count: 'price'},
  total: {sum: 'price'},
  mean: {avg: 'price'},
  least: {min: 'price'},
  most: {max: 'price'},
} as const

const NORTH = {shop: 'north', sales: 3, priced: 2, total: 6, mean: 3, least: 2, most: 4}
const SOUTH = {shop: 'south', sales: 1, priced: 0, total: null, mean: null, least: null, most: null}

type Env = program.StreamExecutionEnvironment

// biome-ignore lint/suspicious/noExplicitAny: results of any kind
async function run(mode: program.RuntimeMode, build: (env: Env) => program.DataStream<any>): Promise<Set<unknown>> {
  const job = new JobDriver({parallelism: 2, seed: 3})
  const results = job.collect(() => build(job.env.setRuntimeMode(mode)))
  await job.run()
  return new Set(results.values)
}

function sales(use: (keyed: program.KeyedStream<Sale, string>) => unknown): void {
  const job = new JobDriver()
  job.build(() => void use(job.env.fromCollection(SALES).keyBy('shop')))
}

function errorOf(action: () => unknown): {code?: string; message: string} {
  try {
    action()
  } catch (error) {
    return error as {code?: string; message: string}
  }
  throw new Error('nothing was thrown')
}

describe('aggregates by field', () => {
  it('give one result for each key in batch mode, in which no value is null', async () => {
    const results = await run('BATCH', (env) =>
      env.fromCollection(SALES).rebalance().keyBy('shop').aggregate(AGGREGATES),
    )
    expect(results).toEqual(new Set([NORTH, SOUTH]))
  })

  it('give an update for each record in streaming mode', async () => {
    const results = await run('STREAMING', (env) => env.fromCollection(SALES).keyBy('shop').aggregate(AGGREGATES))
    expect(results).toEqual(
      new Set([
        {shop: 'north', sales: 1, priced: 1, total: 2, mean: 2, least: 2, most: 2},
        {shop: 'north', sales: 2, priced: 2, total: 6, mean: 3, least: 2, most: 4},
        NORTH,
        SOUTH,
      ]),
    )
  })

  it('take several fields as the key, null among them, or what a function answers', async () => {
    const byTwo = await run('BATCH', (env) =>
      env
        .fromCollection(SALES)
        .keyBy(['shop', 'kind'])
        .aggregate({n: 'count', total: {sum: 'price'}}),
    )
    expect(byTwo).toEqual(
      new Set([
        {shop: 'north', kind: 'book', n: 2, total: 6},
        {shop: 'north', kind: 'toy', n: 1, total: null},
        {shop: 'south', kind: null, n: 1, total: null},
      ]),
    )
    const byFunction = await run('BATCH', (env) =>
      env
        .fromCollection(SALES)
        .keyBy((sale) => sale.shop.length)
        .aggregate({n: 'count'}),
    )
    expect(byFunction).toEqual(new Set([{key: 5, n: 4}]))
  })

  it('name the field and the record of a value that is no number', async () => {
    const wrong = [{shop: 'north', price: 'dear'}] as unknown as readonly Sale[]
    for (const mode of ['BATCH', 'STREAMING'] as const) {
      const failed = run(mode, (env) =>
        env
          .fromCollection(wrong)
          .keyBy('shop')
          .aggregate({total: {sum: 'price'}}),
      )
      await expect(failed).rejects.toThrow(
        /field "price" has the string "dear", expected a number or null for the record \{/,
      )
    }
  })

  it('refuse what is none of them where it is said', () => {
    const given: readonly [object, string][] = [
      [{}, 'there is none'],
      [{n: {median: 'price'}}, '"n" is {"median":"price"}'],
      [{n: {sum: ''}}, '"n" is {"sum":""}'],
      [{shop: 'count'}, 'the result "shop" is named like the key'],
    ]
    for (const [aggregates, message] of given) {
      const error = errorOf(() => sales((keyed) => keyed.aggregate(aggregates as never)))
      expect(error).toMatchObject({code: 'FTS_BAD_AGGREGATE'})
      expect(error.message).toContain(message)
    }
    expect(errorOf(() => sales((keyed) => keyed.aggregate({add: () => 1} as never)))).toMatchObject({
      code: 'FTS_BAD_FUNCTION',
    })
  })
})

describe('aggregates over CSV in batch mode', () => {
  it('lose nothing where there are more keys than are held before the exchange', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fts-aggregates-'))
    const path = join(folder, 'sales.csv')
    const lines = Array.from({length: 40_000}, (_, index) => `shop-${index % 20_000},${index}`)
    writeFileSync(path, `shop,price\n${lines.join('\n')}\n`)
    try {
      const results = await run('BATCH', (env) =>
        env
          .readCsv(path)
          .keyBy('shop')
          .aggregate({n: 'count', total: {sum: 'price'}}),
      )
      expect(results.size).toBe(20_000)
      const records = [...results] as {readonly n: number; readonly total: number}[]
      expect(records.every(({n}) => n === 2)).toBe(true)
      expect(records.reduce((sum, {total}) => sum + total, 0)).toBe((40_000 * 39_999) / 2)
    } finally {
      rmSync(folder, {recursive: true})
    }
  })
})

describe('sum, min and max by key in batch mode', () => {
  it('lose nothing on the way to the key, whatever the number of keys', async () => {
    const sales = Array.from({length: 5000}, (_, index) => ({shop: `shop-${index % 700}`, price: index}))
    for (const parallelism of [1, 3]) {
      const job = new JobDriver({parallelism})
      const results = job.collect(() => {
        const keyed = job.env.setRuntimeMode('BATCH').fromCollection(sales).rebalance().keyBy('shop')
        return {sums: keyed.sum('price'), most: keyed.maxBy('price')}
      })
      await job.run()
      const total = (values: readonly {readonly price: number}[]) => values.reduce((sum, {price}) => sum + price, 0)
      expect([results.sums.values.length, total(results.sums.values)]).toEqual([700, (5000 * 4999) / 2])
      expect([results.most.values.length, total(results.most.values)]).toEqual([700, (700 * (4300 + 4999)) / 2])
    }
  })
})
