// Goal: `aggregate` of a keyed stream tells an AggregateFunction, of a class or not, from aggregates of fields, and refuses what is neither.
// Method: pipelines of both kinds, run by a JobDriver.
import {describe, expect, it} from 'vitest'
import type {program} from '../../../src/api/index.js'
import {JobDriver} from '../../../src/testing/index.js'

interface Sale {
  readonly shop: string
  readonly add: number
}

class Total {
  createAccumulator(): number {
    return 0
  }

  add(sale: Sale, total: number): number {
    return total + sale.add
  }

  getResult(total: number): number {
    return total
  }
}

const SALES: readonly Sale[] = [
  {shop: 'a', add: 1},
  {shop: 'b', add: 2},
  {shop: 'a', add: 4},
]

async function results<R>(build: (sales: program.KeyedStream<Sale, string>) => program.DataStream<R>) {
  const job = new JobDriver()
  const source = job.source<Sale>().emitAll(SALES)
  const out = job.collect(() => build(source.stream.keyBy('shop')))
  await job.run()
  return out.values
}

describe('aggregate', () => {
  it('takes an object of a class, whose methods are not its own', async () => {
    expect(await results((sales) => sales.aggregate(new Total()))).toEqual([1, 2, 5])
  })

  it('takes an object with the methods', async () => {
    const {createAccumulator, add, getResult} = Total.prototype
    expect(await results((sales) => sales.aggregate({createAccumulator, add, getResult}))).toEqual([1, 2, 5])
  })

  it('takes aggregates of fields, also under the name of a method', async () => {
    const last = (await results((sales) => sales.aggregate({add: {sum: 'add'}, count: 'count'}))).at(-1)
    expect(last).toEqual({shop: 'a', add: 5, count: 2})
  })

  it('refuses an AggregateFunction without all of its methods', async () => {
    const half = {createAccumulator: () => 0} as never
    await expect(results((sales) => sales.aggregate(half))).rejects.toThrow(/add/)
  })
})
