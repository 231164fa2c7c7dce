// Goal: what jobs over state, windows and joins put out on a cluster with failures is what an oracle computes from their input: nothing lost, nothing
// twice, whether barriers are aligned or overtake data.
// Method: the programs of the crash tests in the simulated cluster (src/prove), with random lines, kills, ended slots, failing tasks, a full disk and
// lost or doubled messages, JobManagers that are taken over, from a seed; the file that they write is compared with the oracle's lines.

import {writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {Configuration} from '../../src/config/index.js'
import {jobId} from '../../src/core/index.js'
import {loadJob} from '../../src/job/index.js'
import {SeededRandom} from '../../src/platform/index.js'
import {NO_FAULTS, planFaults, STANDBY_WITHOUT_FAULTS} from '../../src/prove/fault-plan.js'
import {SimRun} from '../../src/prove/sim-run.js'
import {
  EXACTLY_ONCE_JOBS,
  type ExactlyOnceJob,
  exactlyOnceProgram,
  randomLines,
  textOf,
} from '../support/exactly-once-jobs.js'
import {proveSubject, removeSubject} from '../support/prove-subject.js'
import {testSeeds} from '../support/test-seeds.js'

const SEEDS = 8
const LINES = 120

async function check(job: ExactlyOnceJob, isUnaligned: boolean): Promise<number> {
  const subject = await proveSubject(exactlyOnceProgram(job.pipeline))
  const input = join(subject.sandbox, 'input.txt')
  const output = join(tmpdir(), 'fts-exactly-once.txt')
  const start = {...subject.start, args: [input, output]}
  const config = {'execution.checkpointing.unaligned.enabled': String(isUnaligned)}
  const defaults = {parallelism: 2, jobName: 'job', configuration: Configuration.fromEntries(config)}
  let restarts = 0
  try {
    for (const seed of testSeeds(SEEDS)) {
      const lines = randomLines(new SeededRandom(seed), LINES)
      writeFileSync(input, textOf(lines))
      const load = async () => (await loadJob(start, defaults))!
      const graph = await (await load()).plan(jobId(''))
      const common = {seed, graph, inputBytes: textOf(lines).length, sample: new Uint8Array(0)}
      const run = (plan: typeof NO_FAULTS, name: string) =>
        new SimRun({
          ...common,
          plan,
          sandbox: join(subject.sandbox, name),
          loadJob: load,
        }).run()
      const alone = await run(NO_FAULTS, 'undisturbed')
      const withStandby = await run(STANDBY_WITHOUT_FAULTS, 'undisturbed')
      const counts = {alone: alone.steps.counts, withStandby: withStandby.steps.counts}
      const disturbed = await run(planFaults(new SeededRandom(seed).fork('faults'), counts), 'disturbed')
      expect(disturbed.failure, `seed ${seed}`).toBeUndefined()
      expect([...disturbed.outcome.get(output)!.records].sort(), `seed ${seed}`).toEqual(job.expected(lines).sort())
      restarts += disturbed.restarts
    }
  } finally {
    removeSubject(subject)
  }
  return restarts
}

describe('exactly once, by an oracle', () => {
  for (const job of EXACTLY_ONCE_JOBS)
    for (const isUnaligned of [false, true])
      it(`${job.name}, ${isUnaligned ? 'unaligned' : 'aligned'}`, async () => {
        const restarts = await check(job, isUnaligned)
        // Runs in which nothing happens would show nothing.
        if (process.env.FTS_TEST_SEED === undefined) expect(restarts).toBeGreaterThan(0)
      }, 120_000)
})
