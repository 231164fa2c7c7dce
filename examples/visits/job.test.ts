import assert from 'node:assert/strict'
import {test} from 'node:test'
import {JobDriver} from 'fts/testing'
import {type Visit, visitsByMinute} from './job.js'

const visit = (page: string, second: number): Visit => ({page, at: new Date(second * 1000)})

test('visits are counted by page and minute, whatever the interleaving', async () => {
  for (let seed = 0; seed < 10; seed++) {
    const job = new JobDriver({parallelism: 2, seed})
    const visits = job.source<Visit>()
    const counts = job.collect(() => visitsByMinute(visits.stream))
    visits.emitAll([visit('/', 1), visit('/tea', 2), visit('/', 59), visit('/', 60)], ({at}) => at.getTime())
    await job.settle()
    assert.deepEqual(counts.values, [])
    visits.watermark(59_999)
    await job.settle()
    assert.deepEqual(counts.take().sort(), [
      ['/', 2],
      ['/tea', 1],
    ])
    await job.run()
    assert.deepEqual(counts.take(), [['/', 1]])
  }
})
