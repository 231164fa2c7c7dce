// Goal: a job with checkpoints reads every byte of its input exactly once, whatever fails and whenever, and ends.
// Method: the real control plane over modelled tasks (tests/support/recovery-world.ts) from a seed: kills, failing tasks, failing
// writes, any order of messages and answers. The oracle: what counts in the end tiles each file without gap or overlap.

import {describe, expect, it} from 'vitest'
import type {Split} from '../../src/core/index.js'
import {SeededRandom} from '../../src/platform/index.js'
import {RecoveryWorld} from '../support/recovery-world.js'
import {files, lineJob} from '../support/sim-job.js'
import {testSeeds} from '../support/test-seeds.js'

function ranges(splits: readonly Split[]): string[] {
  return splits
    .flatMap((split) => (split.kind === 'file' ? [split] : []))
    .sort((a, b) => (a.path === b.path ? a.startByte - b.startByte : a.path < b.path ? -1 : 1))
    .map(({path, startByte, endByte}) => `${path} ${startByte}-${endByte}`)
}

/** The files' ranges joined where they touch: one range a file if all is there once. */
function joined(splits: readonly Split[]): string[] {
  const out: {path: string; from: number; to: number}[] = []
  for (const text of ranges(splits)) {
    const [path, range] = text.split(' ')
    const [from, to] = range.split('-').map(Number)
    const last = out.at(-1)
    if (last?.path === path && last.to === from) last.to = to
    else out.push({path, from, to})
  }
  return out.map(({path, from, to}) => `${path} ${from}-${to}`)
}

function runSeed(seed: number, failover: string, takeoversMax?: number) {
  const random = new SeededRandom(seed * 104_729)
  const sizes = Array.from({length: random.int(1, 3)}, () => random.int(1, 40_000))
  const parallelism = random.int(1, 3)
  const graph = lineJob('job', [
    {
      name: 'words',
      parallelism,
      input: files(...sizes),
      output: {distribution: random.pick(['ALL_TO_ALL', 'POINTWISE'])},
    },
    {name: 'count', parallelism},
  ])
  const config = {
    'execution.checkpointing.interval': '10ms',
    'execution.checkpointing.tolerable-failed-checkpoints': String(random.int(0, 2)),
    'execution.checkpointing.max-concurrent-checkpoints': String(random.int(1, 2)),
    'jobmanager.execution.failover-strategy': failover,
  }
  const slotsEach = random.int(1, 2)
  // With more than it needs, a job could start before all of them have come to a new leader.
  const spare = takeoversMax === undefined ? 0 : random.int(0, 2)
  const world = new RecoveryWorld(
    random,
    {...graph, mode: 'streaming', config},
    {slotsEach, killsMax: random.int(0, 6), ...(takeoversMax === undefined ? {} : {takeoversMax})},
  )
  const {result, effective} = world.run(Math.ceil(parallelism / slotsEach) + spare)
  expect(result.error).toBeUndefined()
  expect(result.status).toBe('FINISHED')
  expect(joined(effective)).toEqual(sizes.map((size, index) => `/in/${index}.txt 0-${size}`))
  return {
    takeovers: world.takeovers,
    kills: world.kills,
    completed: world.completed,
    restarts: result.view.restarts ?? 0,
  }
}

describe('recovery', () => {
  for (const failover of ['region', 'full'])
    it(`reads everything once, with ${failover} failover`, () => {
      let [kills, completed, restarts] = [0, 0, 0]
      for (const seed of testSeeds(150)) {
        try {
          const run = runSeed(seed, failover)
          kills += run.kills
          completed += run.completed
          restarts += run.restarts
        } catch (cause) {
          throw new Error(`seed ${seed} failed (replay with FTS_TEST_SEED=${seed}): ${(cause as Error).message}`, {
            cause,
          })
        }
      }
      // Runs in which nothing happens would show nothing.
      if (process.env.FTS_TEST_SEED === undefined) {
        expect(kills).toBeGreaterThan(20)
        expect(completed).toBeGreaterThan(100)
        expect(restarts).toBeGreaterThan(20)
      }
    })

  it('reads everything once, and no job that has ended again, with JobManagers that die and are taken over', () => {
    let takeovers = 0
    for (const seed of testSeeds(300)) {
      try {
        takeovers += runSeed(seed, 'region', 4).takeovers
      } catch (cause) {
        throw new Error(`seed ${seed} failed (replay with FTS_TEST_SEED=${seed}): ${(cause as Error).message}`, {cause})
      }
    }
    if (process.env.FTS_TEST_SEED === undefined) expect(takeovers).toBeGreaterThan(100)
  })
})
