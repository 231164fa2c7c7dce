// Goal: `fts prove` finds the mistakes that lose or double records, says where they begin, brings each one back by its seed, and finds nothing
// where a job is right.
// Method: programs with one mistake each, and right ones, in the simulated cluster, in this thread; schedules from FTS_TEST_SEED.
import {describe, expect, it} from 'vitest'
import type {ProofSubject} from '../../src/prove/proof-subject.js'
import {Prover} from '../../src/prove/prover.js'
import type {RunReport} from '../../src/prove/reports.js'
import {CHANCE_JOB, proveProgramText, RIGHT_JOBS, WRONG_JOBS} from '../support/prove-jobs.js'
import {proveSubject, removeSubject} from '../support/prove-subject.js'
import {testSeeds} from '../support/test-seeds.js'

const SCHEDULES = 12
/** A mistake that shows in a third of the schedules is found in these with near certainty. */
const SCHEDULES_TO_FIND = 40

async function proving<R>(text: string, run: (prover: Prover) => Promise<R>, of: Partial<ProofSubject> = {}) {
  const subject = await proveSubject(proveProgramText(text), of)
  try {
    return await run((await Prover.load(subject))!)
  } finally {
    removeSubject(subject)
  }
}

async function firstWrong(prover: Prover): Promise<RunReport | undefined> {
  for (let seed = 1; seed <= SCHEDULES_TO_FIND; seed++) {
    const report = await prover.tryRun(seed)
    if (!report.isRight) return report
  }
  return undefined
}

let takeovers = 0

describe('a right job', () => {
  const passes = async (prover: Prover) => {
    const survey = await prover.survey()
    expect(survey.unstable).toBeUndefined()
    const reports: RunReport[] = []
    for (const seed of testSeeds(SCHEDULES)) reports.push(await prover.tryRun(seed))
    expect(reports.filter(({isRight}) => !isRight)).toEqual([])
    // Runs in which nothing happens would show nothing.
    if (reports.length > 1) expect(reports.reduce((sum, {restarts}) => sum + restarts, 0)).toBeGreaterThan(0)
    takeovers += reports.reduce((sum, one) => sum + one.takeovers, 0)
  }

  for (const [name, text] of Object.entries(RIGHT_JOBS)) it(`passes: ${name}`, () => proving(text, passes))

  it('passes with its state in a store, of which little is in memory', () =>
    proving(RIGHT_JOBS['state and timers'], passes, {config: {'state.backend.type': 'rocksdb'}}))

  it('passes with barriers that overtake data', () =>
    proving(RIGHT_JOBS['sources that end at different times'], passes, {
      config: {'execution.checkpointing.unaligned.enabled': 'true'},
    }))

  it('goes on with a standby, in some of them', () => {
    if (process.env.FTS_TEST_SEED === undefined) expect(takeovers).toBeGreaterThan(0)
  })
})

describe('a mistake is found', () => {
  for (const [name, {job, culprit, isSink}] of Object.entries(WRONG_JOBS))
    it(name, () =>
      proving(job, async (prover) => {
        expect((await prover.survey()).unstable).toBeUndefined()
        const wrong = await firstWrong(prover)
        expect(wrong).toBeDefined()
        const story = await prover.explain(wrong!.seed)
        expect(story.culprit?.name).toMatch(culprit)
        expect(story.culprit?.role === 'sink').toBe(isSink === true)
        expect(story.differences.length).toBeGreaterThan(0)
        expect(story.faults.length).toBeGreaterThan(0)
        // The same again, from the seed alone.
        expect(await prover.tryRun(wrong!.seed)).toEqual(wrong)
        expect(await prover.explain(wrong!.seed)).toEqual(story)
      }),
    )

  it('records twice, where they may not come twice', () =>
    proving(
      RIGHT_JOBS['a sink at least once'],
      async (prover) => {
        await prover.survey()
        expect((await firstWrong(prover))?.doubledSinks).toEqual(['Sink'])
      },
      {exactlyOnce: true},
    ))

  it('chance', () =>
    proving(CHANCE_JOB, async (prover) => {
      const {unstable} = await prover.survey()
      expect(unstable?.calls.map(({what}) => what)).toEqual(['Math.random()'])
      expect(unstable?.culprit?.name).toBe('Dice')
    }))
})
