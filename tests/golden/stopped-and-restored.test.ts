// Goal: a job gives one answer, whether it runs straight, or is stopped in the middle with a savepoint and goes on from there, also at another parallelism;
// `--drain` makes it say everything at the end.
// Method: the built commands over a folder of files that a job watches: half of the lines, `fts stop`, the other half, `fts run -s`, `fts stop --drain`.
// What is written is compared with plain code that computes the answer.

import {mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {SeededRandom} from '../../src/platform/index.js'
import {EXACTLY_ONCE_JOBS, type ExactlyOnceJob, randomLines, textOf} from '../support/exactly-once-jobs.js'
import {Workspace} from '../support/fts.js'
import {sortedLines, startProgramText} from '../support/job-programs.js'
import {stopJob, untilSeen, watchingProgram} from '../support/stopped-jobs.js'

const TEST_MS_MAX = 90_000
const LINES = 2000
/** Not at the end of a window, so that one is half full when the job is stopped. */
const FIRST = 1013

let workspace: Workspace

beforeEach(() => {
  workspace = new Workspace()
  mkdirSync(workspace.path('in'))
})

afterEach(() => {
  for (const pid of workspace.taskManagers()) process.kill(pid, 'SIGKILL')
  workspace.remove()
})

interface Part {
  readonly name: string
  readonly flags: readonly string[]
  /** Lines that have been read when it is stopped, of all runs. */
  readonly until: number
  readonly stop: readonly string[]
}

/** Runs the job until it has read so many lines, and stops it; answers its savepoint. */
async function runPart(job: ExactlyOnceJob, {name, flags, until, stop}: Part): Promise<string> {
  const program = watchingProgram(job.pipeline)
  const args = ['in', `${name}.txt`, 'seen']
  const fts = startProgramText(workspace, program, {flags: [...flags, '--json'], args, stdin: ''})
  await untilSeen(fts, workspace.path('seen'), until)
  const savepoint = await stopJob(workspace, stop)
  const end = await fts.ended
  expect([end.code, JSON.parse(end.stderr.trimEnd().split('\n').at(-1)!).status], end.stderr).toEqual([0, 'FINISHED'])
  return savepoint
}

describe.each(EXACTLY_ONCE_JOBS)('$name', (job) => {
  const lines = randomLines(new SeededRandom(42), LINES)
  const writeHalf = (name: string, from: number, to: number) =>
    writeFileSync(workspace.path(`in/${name}.txt`), textOf(lines.slice(from, to)))
  const written = (name: string) => sortedLines(readFileSync(workspace.path(`${name}.txt`), 'utf8'))

  it(
    'run straight, drained at the end',
    async () => {
      writeHalf('1', 0, LINES)
      await runPart(job, {name: 'all', flags: [], until: LINES, stop: ['--drain']})
      expect(written('all')).toEqual(job.expected(lines).sort())
    },
    TEST_MS_MAX,
  )

  it.each([1, 3])(
    'stopped in the middle and gone on with at parallelism %d',
    async (parallelism) => {
      writeHalf('1', 0, FIRST)
      const savepoint = await runPart(job, {name: 'first', flags: [], until: FIRST, stop: []})
      writeHalf('2', FIRST, LINES)
      const flags = ['-s', savepoint, '-p', `${parallelism}`]
      await runPart(job, {name: 'second', flags, until: LINES, stop: ['--drain']})
      // The file that the first run had not finished is gone on with.
      expect(written('second')).toEqual(job.expected(lines).sort())
    },
    TEST_MS_MAX,
  )
})
