import assert from 'node:assert/strict'
import {test} from 'node:test'
import {JobDriver} from 'fts/testing'
import {type Example, PROGRESS, predict, type Query} from './job.js'

/** Label 1 where the first feature is above the second; nothing between is left out. */
function examples(count: number): Example[] {
  return Array.from({length: count}, (_, n) => {
    const features = [Math.sin(n * 12.9898), Math.cos(n * 78.233)]
    return {at: n * 1000, features, label: features[0] > features[1] ? 1 : 0}
  })
}

async function run(seed: number, count: number, queries: readonly Query[]) {
  const job = new JobDriver({parallelism: 2, seed})
  const exampleSource = job.source<Example>().emitAll(examples(count))
  const querySource = job.source<Query>().emitAll(queries)
  const {found, progress} = job.collect(() => {
    const found = predict(exampleSource.stream, querySource.stream)
    return {found, progress: found.getSideOutput(PROGRESS)}
  })
  await job.run()
  return {found: found.values, progress: progress.values}
}

const query = (id: string, at: number, ...features: number[]): Query => ({id, at, features})

test('it learns: what it says of the unseen gets better', async () => {
  const {progress, found} = await run(0, 500, [query('start', 0, 1, -1), query('end', 499_999, 1, -1)])
  assert.deepEqual(
    progress.map(({examples: seen}) => seen),
    [100, 200, 300, 400, 500],
  )
  assert.ok(progress[4].accuracy >= 0.95, `${progress[4].accuracy}`)
  assert.equal(found[0].probability, 0.5)
  assert.ok(found[1].probability > 0.95, `${found[1].probability}`)
})

test('a prediction depends on event times only, not on which stream is quicker', async () => {
  const queries = Array.from({length: 30}, (_, n) => query(`q${n}`, n * 3000 + 500, Math.sin(n), Math.cos(n)))
  const first = await run(0, 100, queries)
  for (let seed = 1; seed < 20; seed++) assert.deepEqual(await run(seed, 100, queries), first)
})

test('a query is answered before the example of the same time is learned', async () => {
  const {found} = await run(0, 1, [query('q', 0, 5, 5)])
  assert.deepEqual(found, [{id: 'q', probability: 0.5}])
})
