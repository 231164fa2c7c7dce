// Goal: `fts prove` says of a right job that it is proven and of a wrong one how to bring its difference back, with exit codes for scripts.
// Method: bin/run.js over programs in a folder of the test's own.
import {writeFileSync} from 'node:fs'
import {afterAll, describe, expect, it} from 'vitest'
import {runFts, Workspace} from '../support/fts.js'
import {CHANCE_JOB, proveProgramText, RIGHT_JOBS, WRONG_JOBS} from '../support/prove-jobs.js'

const workspace = new Workspace()
afterAll(() => workspace.remove())

function prove(job: string, ...flags: readonly string[]) {
  writeFileSync(workspace.path('job.ts'), proveProgramText(job))
  return runFts(workspace, ['prove', 'job.ts', ...flags])
}

describe('a verdict', () => {
  it('of a job that is right', async () => {
    const {code, stdout, stderr} = await prove(RIGHT_JOBS['running counts'], '--schedules', '20')
    expect({code, stderr}).toEqual({code: 0, stderr: ''})
    expect(stdout).toContain('PROVEN  job: 20 schedules')
    expect(stdout).toContain('sink          stdout: 60 records compared without order, exactly once')
  }, 60_000)

  it('as JSON', async () => {
    const {code, stdout} = await prove(RIGHT_JOBS['a sink at least once'], '--schedules', '5', '--json')
    expect(code).toBe(0)
    const {isProven, schedules, sinks} = JSON.parse(stdout) as Record<string, unknown>
    expect({isProven, schedules, sinks}).toEqual({
      isProven: true,
      schedules: 5,
      sinks: [{name: 'Sink', guarantee: 'at least once', records: 60, doubledRuns: expect.any(Number)}],
    })
  }, 60_000)

  it('of a mistake, with what brings it back', async () => {
    const {code, stdout} = await prove(WRONG_JOBS['state in a closure'].job)
    expect(code, stdout).toBe(1)
    expect(stdout).toMatch(/^DIFFERS {2}job: after \d+ schedules, seed \d+ ends otherwise/)
    expect(stdout).toContain('probably      "Count"')
    const seed = /again +fts prove job\.ts --seed (\d+) --schedules 1\n/.exec(stdout)?.[1]
    expect(seed).toBeDefined()
    const again = await prove(WRONG_JOBS['state in a closure'].job, '--seed', seed!, '--schedules', '1')
    expect(again.code).toBe(1)
    // All but how many schedules it took.
    expect(again.stdout.split('\n').slice(1)).toEqual(stdout.split('\n').slice(1))
  }, 60_000)

  it('of each job of a program, which goes on with what came of the one before', async () => {
    const first = `const collected = await env.fromCollection(words).filter(({word}) => word !== 'w4').executeAndCollect()
let count = 0
for await (const _ of collected) count++
env.fromCollection(Array.from({length: count}, (_, at) => at)).map((at) => 'n' + at).print()`
    const right = await prove(first, '--schedules', '10')
    expect(right.stdout, right.stderr).toMatch(/^PROVEN {2}job: 10 schedules/)
    expect(right.stdout).toContain('PROVEN  job, job 2 of the program: 10 schedules')
    expect(right.stdout).toContain('stdout: 48 records compared')
    expect({code: right.code, stderr: right.stderr}).toEqual({code: 0, stderr: ''})
    const mistake = WRONG_JOBS['state in a closure'].job
    const wrong = await prove(`${first}\nawait env.execute('second')\n${mistake}`, '--schedules', '30')
    expect({code: wrong.code, stderr: wrong.stderr}).toEqual({code: 1, stderr: ''})
    expect(wrong.stdout).toMatch(/DIFFERS {2}job, job 3 of the program: after \d+ schedules/)
  }, 120_000)

  it('of chance, with the line that asks for it', async () => {
    const {code, stdout} = await prove(CHANCE_JOB)
    expect(code).toBe(1)
    expect(stdout).toContain('NOT PROVEN')
    expect(stdout).toMatch(/Math\.random\(\) at .*job\.ts:\d+:\d+/)
  }, 60_000)
})

describe('what cannot be proven is refused', () => {
  const refused: readonly (readonly [string, string, string])[] = [
    ['batch mode', `env.setRuntimeMode('BATCH').fromElements(1).print()`, 'runs in batch mode'],
    [
      'a source without end',
      `env.fromGenerator((n: number) => n, {ratePerSecond: 1}).print()`,
      'does not end by itself',
    ],
    ['standard input without a sample', `env.fromStdin().print()`, 'there is nothing to read'],
    [
      'a job that fails by itself',
      `env.fromElements(1).map(() => { throw new Error('no') }).print()`,
      'the job fails without',
    ],
    ['a job that puts out nothing', `env.fromElements(1).filter(() => false).print()`, 'puts out nothing'],
  ]
  for (const [name, job, message] of refused)
    it(name, async () => {
      const {code, stdout, stderr} = await prove(job)
      expect(stdout).toBe('')
      expect(stderr).toContain(message)
      expect(code).not.toBe(0)
    }, 60_000)

  it('a sample that is not there', async () => {
    const {code, stderr} = await prove(`env.fromStdin().print()`, '--input', 'missing.txt')
    expect(code).toBe(2)
    expect(stderr).toContain('the sample missing.txt cannot be read')
  })
})

it('standard input is a sample', async () => {
  writeFileSync(workspace.path('sample.txt'), Array.from({length: 50}, (_, n) => `line ${n}\n`).join(''))
  const {code, stdout} = await prove(`env.fromStdin().print()`, '--input', 'sample.txt', '--schedules', '10')
  expect(code, stdout).toBe(0)
  expect(stdout).toContain('stdout: 50 records')
}, 60_000)
