// Goal: a folder for checkpoints, savepoints or a standby in which the user may not write is refused with what to do, before anything has started; nothing in it is touched, and a
// job that runs goes on.
// Method: the built command as a user without rights (as `nobody` where the tests run as root) on folders that belong to somebody else or are read-only.
import {chmodSync, mkdirSync, readdirSync, writeFileSync} from 'node:fs'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {runFts, Workspace} from '../support/fts.js'
import {runProgramText, sortedLines, startProgramText, withEnvironment} from '../support/job-programs.js'
import {jobIds} from '../support/stopped-jobs.js'

const TEST_MS_MAX = 60_000
const PROGRAM = withEnvironment("env.fromStdin().map((line) => 'got ' + line).print()\nawait env.execute()")
const unprivileged = {isUnprivileged: true} as const
let workspace: Workspace

beforeEach(() => {
  workspace = new Workspace()
  mkdirSync(workspace.path('locked'))
  writeFileSync(workspace.path('locked/theirs'), 'theirs')
  chmodSync(workspace.path('locked'), 0o555)
  workspace.giveAway()
})

afterEach(() => {
  for (const pid of workspace.processes()) process.kill(pid, 'SIGKILL')
  chmodSync(workspace.path('locked'), 0o755)
  workspace.remove()
})

const untouched = () => readdirSync(workspace.path('locked'))

describe('refused', () => {
  it.each([
    [
      'checkpoints',
      ['execution.checkpointing.interval=100ms', 'execution.checkpointing.dir=locked'],
      /execution\.checkpointing\.dir/,
    ],
    [
      'a standby',
      [
        'execution.checkpointing.interval=100ms',
        'high-availability.type=filesystem',
        'high-availability.storageDir=locked',
      ],
      /high-availability\.storageDir/,
    ],
  ])(
    '%s',
    async (_, options, advice) => {
      const flags = options.flatMap((one) => ['-D', one.replace('=locked', `=${workspace.path('locked')}`)])
      const end = await runProgramText(workspace, PROGRAM, {flags, stdin: 'a\n', ...unprivileged})
      expect([end.code, end.stdout], end.stderr).toEqual([2, ''])
      expect(end.stderr).toMatch(/^fts: .*locked.*\n {2}→ /)
      expect(end.stderr).toMatch(advice)
      expect(end.stderr).not.toMatch(/^\s+at /m)
      expect([untouched(), workspace.leftovers(), workspace.processes()]).toEqual([['theirs'], [], []])
    },
    TEST_MS_MAX,
  )

  it(
    'a savepoint, and the job goes on',
    async () => {
      const fts = startProgramText(workspace, PROGRAM, {flags: ['-p', '1'], ...unprivileged})
      fts.process.stdin.write('a\n')
      await fts.until(({stdout}) => stdout === 'got a\n')
      const [jobId] = await jobIds(workspace, unprivileged)
      for (const args of [
        ['savepoint', jobId, workspace.path('locked')],
        ['stop', jobId, '-p', workspace.path('locked')],
      ]) {
        const end = await runFts(workspace, args, unprivileged)
        expect([end.code === 0, end.stdout], end.stderr).toEqual([false, ''])
        expect(end.stderr).toMatch(/^fts: .*locked.*\n {2}→ /)
      }
      fts.process.stdin.end('b\n')
      const end = await fts.ended
      expect([end.code, sortedLines(end.stdout), untouched()]).toEqual([0, ['got a', 'got b'], ['theirs']])
    },
    TEST_MS_MAX,
  )
})
