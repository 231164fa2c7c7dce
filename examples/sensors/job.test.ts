import assert from 'node:assert/strict'
import {test} from 'node:test'
import {JobDriver} from 'fts/testing'
import {byMinute, parseReading, type Reading, TOO_LATE} from './job.js'

function run(seed: number) {
  const job = new JobDriver({parallelism: 2, seed})
  const readings = job.source<Reading>()
  const outputs = job.collect(() => {
    const minutes = byMinute(readings.stream)
    return {minutes, late: minutes.getSideOutput(TOO_LATE)}
  })
  return {job, readings, ...outputs}
}

const at = (second: number, celsius: number): Reading => ({sensor: 'roof', at: second * 1000, celsius})

test('a minute is given when it is over, and again with a reading that is late', async () => {
  for (let seed = 0; seed < 20; seed++) {
    const {job, readings, minutes, late} = run(seed)
    readings.emitAll([at(10, 20), at(50, 22), at(66, 30)])
    await job.settle()
    assert.deepEqual(minutes.take(), [{sensor: 'roof', start: 0, count: 2, average: 21, min: 20, max: 22}])
    readings.emit(at(30, 27))
    await job.settle()
    assert.deepEqual(minutes.take(), [{sensor: 'roof', start: 0, count: 3, average: 23, min: 20, max: 27}])
    readings.emitAll([at(96, 31), at(59, 99)])
    await job.run()
    assert.deepEqual(late.values, [at(59, 99)])
    assert.deepEqual(minutes.values, [{sensor: 'roof', start: 60_000, count: 2, average: 30.5, min: 30, max: 31}])
  }
})

test('five seconds of disorder are not late', async () => {
  const {job, readings, minutes, late} = run(1)
  readings.emitAll([at(58, 1), at(64, 2), at(59, 3)])
  await job.run()
  assert.deepEqual(late.values, [])
  assert.deepEqual(
    minutes.values.map(({count}) => count),
    [2, 1],
  )
})

test('a heading is no reading', () => {
  assert.equal(parseReading('sensor,time,celsius'), undefined)
  assert.deepEqual(parseReading('roof,1970-01-01T00:00:01Z,21.5'), at(1, 21.5))
})
