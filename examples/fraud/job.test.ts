import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {DataStream} from 'fts'
import {JobDriver, TestHarness} from 'fts/testing'
import {type AccountEvent, FraudRules, findFraud} from './job.js'

const payment = (id: string, second: number, amount: number, account = 'ann'): AccountEvent => ({
  kind: 'payment',
  account,
  id,
  at: second * 1000,
  amount,
})
const confirmation = (id: string, second: number): AccountEvent => ({
  kind: 'confirmation',
  account: 'ann',
  id,
  at: second * 1000,
})

/** The alerts for events in their order. */
function alerts(events: readonly AccountEvent[], watermarkSecond = 0): string[] {
  const harness = TestHarness.of((stream: DataStream<AccountEvent>) =>
    stream.keyBy('account').process(new FraudRules()),
  )
  for (const event of events) harness.processElement(event, event.at)
  harness.processWatermark(watermarkSecond * 1000)
  const found = harness.extractOutputValues().map(({rule, id}) => `${rule} ${id}`)
  harness.close()
  return found
}

test('velocity: the fourth payment within a minute', () => {
  assert.deepEqual(alerts([0, 10, 20, 59].map((second) => payment(`p${second}`, second, 10))), ['velocity p59'])
  assert.deepEqual(alerts([0, 10, 20, 60].map((second) => payment(`p${second}`, second, 10))), [])
  assert.deepEqual(alerts([0, 1, 2, 3].map((n) => payment(`p${n}`, n, 10, `account ${n}`))), [])
})

test('small then large: right behind each other, within a minute', () => {
  assert.deepEqual(alerts([payment('p1', 0, 0.5), payment('p2', 60, 501)]), ['small then large p2'])
  assert.deepEqual(alerts([payment('p1', 0, 0.5), payment('p2', 61, 501)]), [])
  assert.deepEqual(alerts([payment('p1', 0, 0.5), payment('p2', 5, 20), payment('p3', 9, 501)]), [])
  assert.deepEqual(alerts([payment('p1', 0, 0.5), payment('p2', 60, 500)]), [])
})

test('not confirmed: no confirmation within five minutes', () => {
  const large = payment('p1', 0, 1000)
  assert.deepEqual(alerts([large], 299), [])
  assert.deepEqual(alerts([large], 300), ['not confirmed p1'])
  assert.deepEqual(alerts([large, confirmation('p1', 300)], 300), [])
  assert.deepEqual(alerts([large, confirmation('p2', 10)], 300), ['not confirmed p1'])
  assert.deepEqual(alerts([large, confirmation('p1', 301)], 301), ['not confirmed p1'])
})

test('accounts do not know of each other, whatever the interleaving', async () => {
  const events = ['ann', 'bob', 'cem', 'dee'].flatMap((account) => [
    payment(`${account} 1`, 0, 0.5, account),
    payment(`${account} 2`, 5, 2000, account),
  ])
  for (let seed = 0; seed < 20; seed++) {
    const job = new JobDriver({parallelism: 3, seed})
    const source = job.source<AccountEvent>()
    const found = job.collect(() => findFraud(source.stream))
    source.emitAll([...events].sort((a, b) => a.at - b.at))
    await job.run()
    const names = found.values.map(({rule, id}) => `${rule} ${id}`).sort()
    const expected = ['ann', 'bob', 'cem', 'dee'].flatMap((account) => [
      `not confirmed ${account} 2`,
      `small then large ${account} 2`,
    ])
    assert.deepEqual(names, expected.sort())
  }
})
