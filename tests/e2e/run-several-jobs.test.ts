// Goal: a program may run several jobs, and build later ones from what came of earlier ones.
// Method: programs through bin/run.js. Slots load the program for each job anew: what it got of earlier jobs has to be there as well.
import {afterAll, beforeAll, expect, it} from 'vitest'
import {Workspace} from '../support/fts.js'
import {runProgramText, sortedLines, withEnvironment} from '../support/job-programs.js'

let workspace: Workspace

beforeAll(() => {
  workspace = new Workspace()
})

afterAll(() => {
  expect(workspace.leftovers()).toEqual([])
  workspace.remove()
})

it('builds a job from the records, and from the result, of the jobs before', async () => {
  const end = await runProgramText(
    workspace,
    withEnvironment(`
      const words = await env.fromElements('b', 'a', 'b').executeAndCollect('first')
      words.sort()
      env.fromCollection(words).map((word) => word + words.length).print()
      const second = await env.execute('second')
      if (second.netRuntimeMs > 0) env.fromElements(second.jobName + ' ' + second.jobId.length).print()
      const third = await env.execute()
      console.log(third.jobName)`),
    {flags: ['-p', '1']},
  )
  expect(end.stdout).toBe('a3\nb3\nb3\nsecond 32\njob\n')
  expect(end.code).toBe(0)
})

it('goes on after it has left the records of an endless job', async () => {
  const end = await runProgramText(
    workspace,
    withEnvironment(`
      const first: number[] = []
      for await (const number of env.fromSequence(1, 1e12).setParallelism(1).executeAndCollect()) {
        first.push(number * 10)
        if (first.length === 3) break
      }
      env.fromCollection(first).print()
      await env.execute()`),
  )
  expect(sortedLines(end.stdout)).toEqual(['10', '20', '30'])
})

it('runs jobs side by side, and sees how each ended', async () => {
  const end = await runProgramText(
    workspace,
    withEnvironment(`
      env.fromElements(1).print()
      const one = await env.executeAsync('one')
      env.fromElements(2).print()
      const two = await env.executeAsync('two')
      const [first, second] = [await one.result, await two.result]
      env.fromElements(first.jobName, second.jobName).print()
      await env.execute('three')`),
  )
  expect(sortedLines(end.stdout)).toEqual(['1', '2', 'one', 'two'])
})

it('goes on after a job that could not begin, and one that failed', async () => {
  const end = await runProgramText(
    workspace,
    withEnvironment(`
      const codes: string[] = []
      env.readTextFile('nowhere.txt').print()
      await env.execute().catch((error) => codes.push(error.code))
      env.fromElements('x').map(() => { throw new Error('no') }).print()
      await env.execute().catch((error) => codes.push(error.code))
      env.fromCollection(codes).print()
      await env.execute()`),
    {flags: ['-p', '1']},
  )
  expect(end.stdout).toBe('FTS_CANNOT_READ\nFTS_USER_FUNCTION\n')
})

it('gives all collected records, also those that the program takes late', async () => {
  const end = await runProgramText(
    workspace,
    withEnvironment(`
      const records = env.fromSequence(1, 100_000).map((n) => 'a record that is not short ' + n).collectAsync()
      const job = await env.executeAsync()
      let count = 0
      for await (const record of records) count += record.endsWith(' 0') ? 0 : 1
      await job.result
      console.log(count)`),
  )
  expect(end.stdout).toBe('100000\n')
})

it('says so when the records of an earlier job are too many to give to the slots', async () => {
  const end = await runProgramText(
    workspace,
    withEnvironment(`
      const all = await env.fromSequence(1, 400_000).map((n) => 'a record of about fifty characters, so that ' + n).executeAndCollect('large')
      env.fromElements(all.length).print()
      await env.execute()`),
  )
  expect(end.stderr).toContain('fts: the program builds a job from records that it collected from its job "large"')
  expect(end.code).toBe(2)
})
