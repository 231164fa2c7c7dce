// Goal: whatever happens to its TaskManagers, every job ends, with the right result or the right reason, and on the way no
// slot has two jobs, no split two readers and no state makes a forbidden move.
// Method: the real JobManager with simulated time, sockets and TaskManagers, from a seed; a scenario adds one kind of trouble at
// a random moment; invariants are checked after each step. FTS_TEST_SEED replays one seed, FTS_TEST_RUNS multiplies the seeds.

import {describe, expect, it} from 'vitest'
import {FtsError} from '../../src/core/index.js'
import {slotsRequired} from '../../src/graph/index.js'
import type {JobResult} from '../../src/metrics/index.js'
import {SeededRandom} from '../../src/platform/index.js'
import {SimCluster} from '../support/sim-cluster.js'
import {randomJob} from '../support/sim-job.js'
import type {SimFaults} from '../support/sim-task-manager.js'

const RUNS = Number(process.env.FTS_TEST_RUNS ?? 1)
const SEED = process.env.FTS_TEST_SEED

function seeds(count: number): number[] {
  return SEED === undefined ? Array.from({length: count * RUNS}, (_, index) => index + 1) : [Number(SEED)]
}

interface Scenario {
  readonly faults?: Partial<SimFaults>
  readonly jobCount?: number
  /** Slots beyond what the job needs. */
  readonly spareSlots?: number
  readonly registrationMsMax?: number
  trouble?(cluster: SimCluster): void
  /** Judges one job's result. */
  readonly expected: (result: JobResult) => void
}

/** Answers whether any job of the run ended otherwise than FINISHED. */
async function runSeed(seed: number, scenario: Scenario): Promise<boolean> {
  const random = new SeededRandom(seed * 7919)
  const graphs = Array.from({length: scenario.jobCount ?? 1}, (_, index) => randomJob(`job${index}`, random, 4))
  const slotsNeeded = Math.max(...graphs.map((graph) => slotsRequired(graph).total))
  const taskManagerCount = random.int(1, 4)
  const slotsEach = Math.ceil((slotsNeeded + (scenario.spareSlots ?? 0)) / taskManagerCount)
  const {faults = {}, registrationMsMax = 30} = scenario
  const cluster = await SimCluster.start({seed, taskManagerCount, slotsEach, faults, registrationMsMax})
  for (const graph of graphs) cluster.submit(graph)
  scenario.trouble?.(cluster)
  const results = await cluster.run()
  await cluster.shutdown()
  expect(cluster.violations).toEqual([])
  for (const result of results) scenario.expected(result)
  return results.some(({status}) => status !== 'FINISHED')
}

async function run(count: number, scenario: Scenario): Promise<void> {
  let troubledCount = 0
  for (const seed of seeds(count)) {
    try {
      if (await runSeed(seed, scenario)) troubledCount += 1
    } catch (cause) {
      throw new Error(`seed ${seed} failed (replay with FTS_TEST_SEED=${seed}): ${(cause as Error).message}`, {cause})
    }
  }
  const hasTrouble = scenario.trouble !== undefined || scenario.faults !== undefined
  // A scenario whose trouble mostly comes too late would test nothing.
  if (SEED === undefined) expect(troubledCount).toBeGreaterThanOrEqual(hasTrouble ? count / 4 : 0)
}

const atRandom = (cluster: SimCluster, act: () => void) => cluster.world.after(cluster.random.next() * 250, act)

const finished = (result: JobResult) => expect(result.status).toBe('FINISHED')

/** Either it ended before the trouble, or it says what the trouble was. */
function finishedOr(status: JobResult['status'], code: string | undefined, message: RegExp) {
  return (result: JobResult) => {
    if (result.status === 'FINISHED') return
    expect({status: result.status, code: result.error?.code}).toEqual({status, code})
    if (result.error !== undefined) expect(result.error.message).toMatch(message)
  }
}

describe('the control plane', () => {
  it('finishes a job when nothing goes wrong', () => run(80, {expected: finished}))

  it('serves jobs one after another when slots are short', () => run(40, {jobCount: 3, expected: finished}))

  it('waits for TaskManagers that start slowly', () => run(20, {registrationMsMax: 9000, expected: finished}))

  it('names the TaskManager that was killed, and how', () =>
    run(80, {
      trouble: (cluster) => atRandom(cluster, () => cluster.random.pick(cluster.taskManagers).kill()),
      expected: finishedOr('FAILED', 'FTS_TASKMANAGER_LOST', /TaskManager tm-\d.*was killed by SIGKILL/),
    }))

  it('survives a TaskManager that loses its connection', () =>
    run(40, {
      trouble: (cluster) => atRandom(cluster, () => cluster.random.pick(cluster.taskManagers).loseConnection()),
      expected: finishedOr('FAILED', 'FTS_TASKMANAGER_LOST', /TaskManager tm-\d.*ended with exit code 1/),
    }))

  it('has a TaskManager killed that gives no sign of life', () =>
    run(30, {
      trouble: (cluster) => atRandom(cluster, () => cluster.random.pick(cluster.taskManagers).freeze()),
      expected: finishedOr('FAILED', 'FTS_TASKMANAGER_LOST', /gave no sign of life|did not stop within/),
    }))

  it('stops at once when asked to', () =>
    run(60, {
      jobCount: 2,
      trouble: (cluster) => atRandom(cluster, () => cluster.cancelAll()),
      expected: finishedOr('CANCELED', undefined, /never/),
    }))

  it('kills TaskManagers whose tasks do not stop', () =>
    run(30, {
      faults: {ignoresCancel: true},
      trouble: (cluster) => atRandom(cluster, () => cluster.cancelAll()),
      expected: finishedOr('CANCELED', undefined, /never/),
    }))

  it('fails with what the task said, not with what its neighbours saw', () => {
    const error = new FtsError('user', 'FTS_SIM_BAD_RECORD', 'record 7 is bad').toData()
    return run(60, {
      faults: {failing: {vertexName: 'source', error}},
      expected: finishedOr('FAILED', 'FTS_SIM_BAD_RECORD', /record 7 is bad/),
    })
  })

  it('ends quietly when the reader of the output has gone', () => {
    const error = new FtsError('user', 'FTS_OUTPUT_CLOSED', 'the reader of stdout has gone').toData()
    return run(40, {
      faults: {failing: {vertexName: 'v0', error}},
      expected: finishedOr('CANCELED', 'FTS_OUTPUT_CLOSED', /reader/),
    })
  })

  it('fails when a slot is refused', () =>
    run(20, {
      faults: {refusesSlots: true},
      expected: finishedOr('FAILED', 'FTS_SLOT_REFUSED', /refused to give slot \d+ to the job: it is broken/),
    }))

  it('ends every job whatever comes together', () =>
    run(60, {
      jobCount: 3,
      spareSlots: 3,
      trouble: (cluster) => {
        atRandom(cluster, () => cluster.random.pick(cluster.taskManagers).kill())
        atRandom(cluster, () => cluster.random.pick(cluster.taskManagers).loseConnection())
        if (cluster.random.chance(0.5)) atRandom(cluster, () => cluster.random.pick(cluster.taskManagers).freeze())
        if (cluster.random.chance(0.5)) atRandom(cluster, () => cluster.cancelAll())
      },
      expected: (result) => expect(['FINISHED', 'FAILED', 'CANCELED']).toContain(result.status),
    }))
})
