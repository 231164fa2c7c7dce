// Goal: what somebody sees whose job fails and restarts, or starts from something that is no checkpoint.
// Method: the built command over small programs; the summary's JSON against its schema.
import {mkdirSync, readdirSync} from 'node:fs'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {runFts, Workspace} from '../support/fts.js'
import {runProgramText, withEnvironment} from '../support/job-programs.js'
import {schemaErrors} from '../support/json-schema.js'
import {textOf} from '../support/repository.js'

let workspace: Workspace

beforeEach(() => {
  workspace = new Workspace()
})

afterEach(() => {
  workspace.remove()
})

const FAILS = withEnvironment(`env.fromElements(1, 2, 3)
  .map((n: number) => { if (n === 2) throw new Error('no twos'); return n })
  .print()
await env.execute('fails')`)

const WORKS = withEnvironment(`env.fromElements('a', 'b').print()
await env.execute('works')`)

const lastLine = (text: string) => JSON.parse(text.trimEnd().split('\n').at(-1)!)

describe('a job that fails', () => {
  it('is restarted as often as its strategy says, and tells all failures', async () => {
    const flags = [
      '--json',
      '-D',
      'restart-strategy.type=fixed-delay',
      '-D',
      'restart-strategy.fixed-delay.attempts=2',
      '-D',
      'restart-strategy.fixed-delay.delay=1ms',
    ]
    const {code, stderr} = await runProgramText(workspace, FAILS, {flags})
    expect(code).toBe(1)
    expect(stderr).toContain('restart-strategy.fixed-delay.attempts (2) are used up')
    const summary = lastLine(stderr)
    expect(schemaErrors(summary, JSON.parse(textOf('fixtures/cli/summary.schema.json')))).toEqual([])
    expect(summary.restarts).toBe(2)
    const causes = summary.failures.filter(({code: one}: {code: string}) => one === 'FTS_USER_FUNCTION')
    expect(causes.map(({attempt}: {attempt: number}) => attempt)).toEqual([2, 1, 0])
  })

  it('ends at once where nobody asked for restarts', async () => {
    const {stderr} = await runProgramText(workspace, FAILS, {flags: ['--json']})
    expect(lastLine(stderr)).not.toHaveProperty('restarts')
  })
})

describe('checkpoints', () => {
  it('of a finished job are gone, and its folder is left to others', async () => {
    const folder = workspace.path('checkpoints')
    mkdirSync(folder)
    const flags = ['-D', 'execution.checkpointing.interval=50ms', '-D', `execution.checkpointing.dir=${folder}`]
    const {code, stdout} = await runProgramText(workspace, WORKS, {flags: ['-p', '1', ...flags]})
    expect(code).toBe(0)
    expect(stdout).toBe('a\nb\n')
    expect(readdirSync(folder)).toEqual([])
  })

  it('are refused where they cannot be written', async () => {
    const flags = ['-D', 'execution.checkpointing.interval=50ms', '-D', 'execution.checkpointing.dir=/proc/nowhere']
    const {code, stdout, stderr} = await runProgramText(workspace, WORKS, {flags})
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain('checkpoints cannot be stored: cannot write /proc/nowhere/')
  })

  it('that are none are refused before the job starts', async () => {
    const {code, stdout, stderr} = await runProgramText(workspace, WORKS, {flags: ['-s', workspace.path('nowhere')]})
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain('is not a checkpoint: there is no such folder')
  })
})

describe('commands about running jobs', () => {
  it('say that there is no such job', async () => {
    for (const command of ['cancel', 'savepoint', 'stop', 'exceptions']) {
      const {code, stderr} = await runFts(workspace, [command, 'zz'])
      expect([command, code]).toEqual([command, 2])
      expect(stderr).toContain('no running job has an id that begins with "zz"')
    }
  })
})
