// Goal: a file that a job was writing when it ended is where its user expects it: in place when the job was stopped with a savepoint, and gone on with
// from there; nowhere when the job was cancelled or its command killed; still under its temporary name when a savepoint has it.
// Method: `fts run` on a folder that is watched, ended in each way; the folder is looked at.
import {existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {afterEach, beforeEach, expect, it} from 'vitest'
import {EXACTLY_ONCE_JOBS} from '../support/exactly-once-jobs.js'
import {type Fts, runFts, Workspace} from '../support/fts.js'
import {sortedLines, startProgramText} from '../support/job-programs.js'
import {jobIds, stopJob, untilSeen, watchingProgram} from '../support/stopped-jobs.js'

const TEST_MS_MAX = 60_000
const PROGRAM = watchingProgram(EXACTLY_ONCE_JOBS[0].pipeline)
const CHECKPOINTS = ['-D', 'execution.checkpointing.interval=100ms']
let workspace: Workspace

beforeEach(() => {
  workspace = new Workspace()
  mkdirSync(workspace.path('in'))
  writeFileSync(workspace.path('in/1.txt'), '1 a\n2 b\n3 a\n')
})
afterEach(() => {
  for (const pid of workspace.taskManagers()) process.kill(pid, 'SIGKILL')
  workspace.remove()
})

/** Runs until it has read the line numbered `lines` since its start. */
async function running(name: string, lines: number, flags: readonly string[] = CHECKPOINTS): Promise<Fts> {
  const fts = startProgramText(workspace, PROGRAM, {flags, args: ['in', 'out.txt', name], stdin: ''})
  await untilSeen(fts, workspace.path(name), lines)
  return fts
}

const begun = () => readdirSync(workspace.folder).filter((name) => name.startsWith('.out.txt.'))
const output = () => sortedLines(readFileSync(workspace.path('out.txt'), 'utf8'))

it(
  'stopped with a savepoint: in place, and gone on with',
  async () => {
    const first = await running('first', 3)
    const savepoint = await stopJob(workspace)
    expect((await first.ended).code).toBe(0)
    expect([output(), begun()]).toEqual([['a 1', 'a 2', 'b 1'], []])
    writeFileSync(workspace.path('in/2.txt'), '4 b\n')
    const second = await running('second', 1, [...CHECKPOINTS, '-s', savepoint])
    expect(output()).toEqual(['a 1', 'a 2', 'b 1'])
    await stopJob(workspace, ['--drain'])
    expect((await second.ended).code).toBe(0)
    expect([output(), begun()]).toEqual([['a 1', 'a 2', 'b 1', 'b 2'], []])
  },
  TEST_MS_MAX,
)

it(
  'cancelled: gone with the checkpoints',
  async () => {
    const fts = await running('first', 3)
    expect(begun()).toHaveLength(1)
    const [jobId] = await jobIds(workspace)
    expect((await runFts(workspace, ['cancel', jobId])).code).toBe(0)
    await fts.ended
    expect([begun(), existsSync(workspace.path('out.txt'))]).toEqual([[], false])
  },
  TEST_MS_MAX,
)

it(
  'cancelled after a savepoint: kept, and gone on with from it',
  async () => {
    const fts = await running('first', 3)
    const [jobId] = await jobIds(workspace)
    const taken = await runFts(workspace, ['savepoint', jobId, workspace.path('savepoints')])
    const savepoint = /Path: (.*)$/m.exec(taken.stdout)?.[1] ?? ''
    expect((await runFts(workspace, ['cancel', jobId])).code).toBe(0)
    await fts.ended
    expect(begun()).toHaveLength(1)
    writeFileSync(workspace.path('in/2.txt'), '4 b\n')
    const second = await running('second', 1, [...CHECKPOINTS, '-s', savepoint])
    await stopJob(workspace, ['--drain'])
    await second.ended
    expect(output()).toEqual(['a 1', 'a 2', 'b 1', 'b 2'])
  },
  TEST_MS_MAX,
)

it(
  'the command killed with −9: gone with its run directory',
  async () => {
    const fts = await running('first', 3)
    expect(begun()).toHaveLength(1)
    fts.process.kill('SIGKILL')
    await fts.ended
    while (workspace.taskManagers().length > 0) await new Promise((resolve) => setTimeout(resolve, 20))
    expect([begun(), workspace.leftovers()]).toEqual([[], []])
  },
  TEST_MS_MAX,
)
