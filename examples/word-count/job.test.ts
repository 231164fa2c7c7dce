import assert from 'node:assert/strict'
import {test} from 'node:test'
import {JobDriver} from 'fts/testing'
import {countWords} from './job.js'

test('words are counted whatever their case, with every change', async () => {
  const job = new JobDriver({parallelism: 2})
  const lines = job.source<string>()
  const counts = job.collect(() => countWords(lines.stream))
  lines.emit('To be, or not')
  lines.emit('to BE!')
  await job.run()
  const ofBe = counts.values.filter(([word]) => word === 'be')
  assert.deepEqual(ofBe, [
    ['be', 1],
    ['be', 2],
  ])
  assert.equal(counts.values.length, 6)
})
