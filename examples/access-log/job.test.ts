import assert from 'node:assert/strict'
import {test} from 'node:test'
import {JobDriver} from 'fts/testing'
import {failingPaths, parseRequest} from './job.js'

const RULE = {window: '1 min', requestsMin: 4, failedShare: 0.5}

function line(second: number, path: string, status: number): string {
  const time = new Date(second * 1000).toISOString().slice(11, 19)
  return `10.0.0.1 - - [01/Jan/1970:${time} +0000] "GET ${path} HTTP/1.1" ${status} 512 "-" "curl"`
}

test('a line is read with its time zone, and a query is no part of the path', () => {
  const request = parseRequest('::1 - bob [10/Oct/2026:13:55:36 +0200] "GET /cart?id=7 HTTP/1.1" 503 12 "-" "-"')
  assert.deepEqual(request, {client: '::1', at: Date.UTC(2026, 9, 10, 11, 55, 36), path: '/cart', status: 503})
  assert.equal(parseRequest('no log at all'), undefined)
  assert.equal(parseRequest('::1 - - [31/Foo/2026:00:00:00 +0000] "GET / HTTP/1.1" 200 1'), undefined)
})

test('an alert for half of the requests of a minute, not for fewer, and not for a few', async () => {
  for (let seed = 0; seed < 20; seed++) {
    const job = new JobDriver({parallelism: 2, seed})
    const lines = job.source<string>()
    const alerts = job.collect(() => failingPaths(lines.stream, RULE))
    lines.emitAll([line(1, '/a', 500), line(2, '/a', 200), line(59, '/a', 502), line(30, '/a', 200)])
    lines.emitAll([line(60, '/a', 200), line(61, '/a', 200), line(62, '/a', 200), line(63, '/a', 500)])
    lines.emitAll([line(70, '/b', 500), line(71, '/b', 500), line(72, '/b', 500)])
    await job.run()
    assert.deepEqual(alerts.values, [{at: '1970-01-01T00:00:00.000Z', path: '/a', requests: 4, failed: 2}])
  }
})

test('the alert comes when the minute is over, not when the log is', async () => {
  const job = new JobDriver()
  const lines = job.source<string>()
  const alerts = job.collect(() => failingPaths(lines.stream, RULE))
  lines.emitAll([1, 2, 3, 4].map((second) => line(second, '/a', 500)))
  await job.advanceBy('1s')
  assert.equal(alerts.values.length, 0)
  lines.emit(line(66, '/b', 200))
  await job.advanceBy('1s')
  assert.equal(alerts.values.length, 1)
})
