// Goal: whoever runs a job with a standby is told what is wrong with the folder, sees one job whoever leads, and can interrupt it.
// Method: `fts` as a user starts it; JobManagers are killed under it.
import {existsSync, readdirSync, writeFileSync} from 'node:fs'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {runFts, Workspace} from '../support/fts.js'
import {runProgramText, sortedLines, startProgramText, withEnvironment} from '../support/job-programs.js'
import {killLeader, leaderOf, standbyFlags} from '../support/standby.js'

/** A busy machine takes its time. */
const TEST_MS_MAX = 60_000

let workspace: Workspace
let storage: string

beforeEach(() => {
  workspace = new Workspace()
  storage = workspace.path('ha')
})

afterEach(() => {
  for (const pid of workspace.processes()) process.kill(pid, 'SIGKILL')
  workspace.remove()
})

const flags = () => [...standbyFlags(storage), '-D', 'execution.checkpointing.interval=200ms']
const UPPER_CASE = withEnvironment(
  `env.fromStdin().map((line) => line.toUpperCase()).print()\nawait env.execute('upper case')`,
)
const LENGTHS = withEnvironment(
  `env.fromStdin().map((line) => String(line.length)).print()\nawait env.execute('lengths')`,
)

const startUpperCase = () => startProgramText(workspace, UPPER_CASE, {flags: flags()})

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20))
}

/** The job whose commands have been killed is still there. */
function jobs(): string[] {
  return readdirSync(`${storage}/default/0`).filter((name) => /^[0-9a-f]{32}$/.test(name))
}

describe('a storage folder', () => {
  it(
    'that another command uses is refused, and so is another program for the job that is left in it',
    async () => {
      const first = startUpperCase()
      first.process.stdin.write('one\n')
      await until(() => leaderOf(storage) !== undefined)
      const second = await runProgramText(workspace, UPPER_CASE, {flags: flags(), stdin: ''})
      expect(second.code).toBe(2)
      expect(second.stderr).toContain(`process ${first.process.pid} runs a job with the same high-availability folder`)
      first.process.kill('SIGKILL')
      await first.ended
      await until(() => workspace.processes().length === 0)
      const other = await runProgramText(workspace, LENGTHS, {flags: flags(), stdin: '', file: 'other.ts'})
      expect(other.code).toBe(2)
      expect(other.stderr).toContain('holds the unfinished job "upper case"')
      expect(jobs()).toHaveLength(1)
    },
    TEST_MS_MAX,
  )

  it('must be named, and be a folder', async () => {
    const unnamed = await runProgramText(workspace, UPPER_CASE, {
      flags: ['-D', 'high-availability=filesystem'],
      stdin: '',
    })
    expect([unnamed.code, unnamed.stderr]).toEqual([
      2,
      expect.stringContaining('high-availability.storageDir is not set'),
    ])
    writeFileSync(storage, 'a file')
    const wrong = await runProgramText(workspace, UPPER_CASE, {flags: flags(), stdin: ''})
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('cannot be used: ENOTDIR')])
    expect(workspace.leftovers()).toEqual([])
  })
})

describe('a job whose JobManager was killed', () => {
  it(
    'is listed, explained, and stopped with a savepoint by the new leader',
    async () => {
      const fts = startUpperCase()
      const env = {XDG_RUNTIME_DIR: workspace.folder, TMPDIR: workspace.folder}
      const ask = (...args: string[]) => runFts(workspace, args, {env})
      fts.process.stdin.write('one\n')
      await fts.until(({stdout}) => stdout.includes('ONE'))
      const former = leaderOf(storage)!
      expect(killLeader(storage)).toBe(true)
      await until(() => (leaderOf(storage)?.token ?? 0) > former.token)
      fts.process.stdin.write('two\n')
      await fts.until(({stdout}) => stdout.includes('TWO'))
      const [job] = jobs()
      expect((await ask('list')).stdout).toMatch(/upper case \(RUNNING\) 1 restart/)
      // The standby, or the one that was started when the leader had ended: whoever looks first.
      const sentence = new RegExp(`JobManager jm-1 \\(process ${former.process.pid}\\) has ended; jm-[23] `)
      expect((await ask('exceptions', job)).stdout).toMatch(sentence)
      const stopped = await ask('stop', job, '-p', workspace.path('savepoints'))
      expect(stopped.code, stopped.stderr).toBe(0)
      const end = await fts.ended
      expect([end.code, sortedLines(end.stdout)]).toEqual([0, ['ONE', 'TWO']])
      expect(readdirSync(storage)).toEqual([])
      expect(existsSync(workspace.path('savepoints'))).toBe(true)
    },
    TEST_MS_MAX,
  )

  it(
    'is cancelled by Ctrl-C, and leaves nothing',
    async () => {
      const fts = startUpperCase()
      fts.process.stdin.write('one\n')
      await fts.until(({stdout}) => stdout.includes('ONE'))
      const former = leaderOf(storage)!
      killLeader(storage)
      await until(() => (leaderOf(storage)?.token ?? 0) > former.token)
      fts.process.kill('SIGINT')
      expect((await fts.ended).code).toBe(130)
      expect(workspace.processes()).toEqual([])
      expect(workspace.leftovers()).toEqual([])
    },
    TEST_MS_MAX,
  )
})
