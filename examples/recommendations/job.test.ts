import assert from 'node:assert/strict'
import {test} from 'node:test'
import {JobDriver} from 'fts/testing'
import {type Purchase, recommend} from './job.js'

const HOUR = 3_600_000
const buys = (user: string, item: string, hour: number): Purchase => ({user, item, at: hour * HOUR})

async function recommendations(purchases: readonly Purchase[], seed = 0): Promise<string[]> {
  const job = new JobDriver({parallelism: 3, seed})
  const source = job.source<Purchase>().emitAll(purchases)
  const found = job.collect(() => recommend(source.stream))
  await job.run()
  return found.values.map(({at, item, others}) => `${at / HOUR} ${item}: ${others.join(' ')}`).sort()
}

test('what is bought by the same people is recommended, most frequent first', async () => {
  const purchases = [
    ...['ann', 'bob', 'cem'].flatMap((user) => [buys(user, 'tea', 1), buys(user, 'cup', 2)]),
    ...['ann', 'bob'].map((user) => buys(user, 'milk', 3)),
    buys('dee', 'tea', 4),
    buys('dee', 'hat', 5),
  ]
  for (let seed = 0; seed < 20; seed++) {
    assert.deepEqual(await recommendations(purchases, seed), [
      '24 cup: tea milk',
      '24 hat: tea',
      '24 milk: cup tea',
      '24 tea: cup milk hat',
    ])
  }
})

test('days add up, and an item is told on days on which it has news', async () => {
  const found = await recommendations([
    buys('ann', 'tea', 1),
    buys('ann', 'cup', 2),
    buys('bob', 'tea', 25),
    buys('bob', 'hat', 26),
    buys('cem', 'tea', 27),
    buys('cem', 'hat', 28),
  ])
  assert.deepEqual(found, ['24 cup: tea', '24 tea: cup', '48 hat: tea', '48 tea: hat cup'])
})

test('an item that is bought again counts once, and nobody is paired with somebody else', async () => {
  assert.deepEqual(await recommendations([buys('ann', 'tea', 1), buys('ann', 'tea', 2), buys('bob', 'cup', 3)]), [])
})
