import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {DataStream} from 'fts'
import {JobDriver, TestHarness} from 'fts/testing'
import {Average, average} from './job.js'

test('the average of 1 to 5 is 3', async () => {
  const job = new JobDriver()
  const numbers = job.source<number>()
  const averages = job.collect(() => average(numbers.stream))
  numbers.emitAll([1, 2, 3, 4, 5])
  await job.run()
  assert.deepEqual(averages.values, [1, 1.5, 2, 2.5, 3])
})

test('an average of two averages takes their counts into account', () => {
  const average = new Average()
  const merged = average.merge({sum: 1, count: 1}, {sum: 5, count: 2})
  assert.equal(average.getResult(merged), 2)
})

test('averages of each key are apart', () => {
  const harness = TestHarness.of((numbers: DataStream<number>) =>
    numbers.keyBy((number) => number % 2).aggregate(new Average()),
  )
  for (const number of [1, 2, 3, 4]) harness.processElement(number)
  assert.deepEqual(harness.extractOutputValues(), [1, 2, 2, 3])
})
