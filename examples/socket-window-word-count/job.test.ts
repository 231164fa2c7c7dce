import assert from 'node:assert/strict'
import {test} from 'node:test'
import {JobDriver} from 'fts/testing'
import {countInWindows} from './job.js'

test('a word is counted within its five seconds', async () => {
  const job = new JobDriver({parallelism: 2})
  const lines = job.source<string>()
  const counts = job.collect(() => countInWindows(lines.stream, '5s'))
  lines.emit('tick tick tock')
  await job.advanceTo(4998)
  assert.deepEqual(counts.values, [])
  await job.advanceTo(5000)
  assert.deepEqual(counts.take().sort(), [
    ['tick', 2],
    ['tock', 1],
  ])
  lines.emit('tick')
  await job.advanceBy('5s')
  assert.deepEqual(counts.take(), [['tick', 1]])
})
