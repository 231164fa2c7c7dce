// Goal: what somebody sees who starts a job from a savepoint: which state was found is said before the job starts; what does not fit, or is no whole
// savepoint, is refused with one sentence and what to do, and nothing on the disk is touched.
// Method: the built commands; one savepoint of a running job, copied for each test, which damages its copy or starts another program from it.
import {cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {type FtsEnd, runFts, Workspace} from '../support/fts.js'
import {sortedLines, startProgramText} from '../support/job-programs.js'
import {jobIds, stopJob, untilSeen, watchingProgram} from '../support/stopped-jobs.js'

const TEST_MS_MAX = 60_000

/** Counts words in a state of the function's own. */
function counting({
  uid = 'count',
  maxParallelism = 4,
  state = "new ValueStateDescriptor<number>('count', {defaultValue: 0})",
  take = 'getState',
} = {}) {
  const next =
    take === 'getState'
      ? 'const n = (this.count.value() ?? 0) + 1; this.count.update(n)'
      : 'this.count.add(1); const n = -1'
  return `lines.map((line) => line.words[0]).uid('word').keyBy((word) => word).process(new (class extends KeyedProcessFunction<string, string, string> {
    count: any
    override open(context: any) { this.count = context.${take}(${state}) }
    override processElement(word: string, _context: any, out: any) { ${next}; out.collect(word + ' ' + n) }
  })()).uid('${uid}').setMaxParallelism(${maxParallelism})`
}

let workspace: Workspace
let savepoint: string

/** The files of a folder and what is in them. */
function contents(folder: string): ReadonlyMap<string, string> {
  const files = readdirSync(folder, {recursive: true}).map(String).sort()
  const isFile = (file: string) => statSync(join(folder, file)).isFile()
  return new Map(files.filter(isFile).map((file) => [file, readFileSync(join(folder, file)).toString('base64')]))
}

function copy(name: string): string {
  const path = workspace.path(name)
  cpSync(savepoint, path, {recursive: true})
  return path
}

/** Starts a program from a savepoint. What has nothing new to read goes on until it is stopped. */
function start(pipeline: string, flags: readonly string[], name = 'job') {
  const args = ['in', '-', `seen-${name}`]
  return startProgramText(workspace, watchingProgram(pipeline), {flags, args, stdin: '', file: `${name}.ts`})
}

async function expectRefused(pipeline: string, flags: readonly string[], path: string): Promise<FtsEnd> {
  const before = contents(path)
  const end = await start(pipeline, flags).ended
  expect([end.code, end.stdout], end.stderr).toEqual([2, ''])
  expect(end.stderr).toMatch(/^fts: /)
  expect(end.stderr).not.toMatch(/^\s+at /m)
  expect(contents(path)).toEqual(before)
  expect(workspace.leftovers()).toEqual([])
  return end
}

beforeAll(async () => {
  workspace = new Workspace()
  mkdirSync(workspace.path('in'))
  writeFileSync(workspace.path('in/1.txt'), '1 a\n2 b\n3 a\n')
  const fts = start(counting(), [], 'first')
  await untilSeen(fts, workspace.path('seen-first'), 3)
  savepoint = await stopJob(workspace)
  expect(sortedLines((await fts.ended).stdout)).toEqual(['a 1', 'a 2', 'b 1'])
}, TEST_MS_MAX)

afterAll(() => {
  for (const pid of workspace.taskManagers()) process.kill(pid, 'SIGKILL')
  workspace.remove()
})

describe('a job that starts from a savepoint', () => {
  it(
    'says first which state it has found, and goes on',
    async () => {
      const before = contents(savepoint)
      const fts = start(counting(), ['-s', savepoint, '-p', '3'], 'second')
      await fts.until(({stderr}) => stderr.includes('starts from'))
      expect(fts.stderr).toMatch(/^fts: starts from checkpoint \d+ in .*savepoint-[^:]*: state of .*KeyedProcess/m)
      expect(fts.stdout).toBe('')
      writeFileSync(workspace.path('in/2.txt'), '4 a\n5 c\n')
      await untilSeen(fts, workspace.path('seen-second'), 2)
      await stopJob(workspace)
      const end = await fts.ended
      rmSync(workspace.path('in/2.txt'))
      expect([end.code, sortedLines(end.stdout)]).toEqual([0, ['a 3', 'c 1']])
      expect(contents(savepoint)).toEqual(before)
    },
    TEST_MS_MAX,
  )

  it(
    'leaves state behind only when it is told to, and says which',
    async () => {
      const {stderr} = await expectRefused(counting({uid: 'other'}), ['-s', savepoint], savepoint)
      expect(stderr).toContain('KeyedProcess')
      expect(stderr).toContain('-n')
      const fts = start(counting({uid: 'other'}), ['-s', savepoint, '-n'], 'third')
      await fts.until(({stderr: said}) => said.includes('starts from'))
      expect(fts.stderr).toMatch(/^fts: starts from .*; new: .*KeyedProcess.*; left behind: .*KeyedProcess/m)
      const [jobId] = await jobIds(workspace)
      expect((await runFts(workspace, ['cancel', jobId])).code).toBe(0)
      await fts.ended
    },
    TEST_MS_MAX,
  )
})

describe('refused', () => {
  it('a newer format', async () => {
    const path = copy('newer')
    const metadata = readFileSync(join(path, '_metadata'))
    metadata.writeUInt32LE(99, 4)
    writeFileSync(join(path, '_metadata'), metadata)
    const {stderr} = await expectRefused(counting(), ['-s', path], path)
    expect(stderr).toMatch(/version 99/)
  })

  it('a flipped bit', async () => {
    const path = copy('flipped')
    const metadata = readFileSync(join(path, '_metadata'))
    metadata[metadata.length >> 1] ^= 1
    writeFileSync(join(path, '_metadata'), metadata)
    await expectRefused(counting(), ['-s', path], path)
  })

  it('a missing file', async () => {
    const path = copy('missing')
    const [file] = readdirSync(path).filter((name) => /^[0-9a-f]{32}$/.test(name))
    rmSync(join(path, file))
    const {stderr} = await expectRefused(counting(), ['-s', path], path)
    expect(stderr).toContain(file)
  })

  it('a folder that is no checkpoint', async () => {
    const path = workspace.path('in')
    const {stderr} = await expectRefused(counting(), ['-s', path], path)
    expect(stderr).toContain('is not a checkpoint')
  })

  it('more subtasks than there are key groups', async () => {
    const {stderr} = await expectRefused(counting(), ['-s', savepoint, '-p', '5'], savepoint)
    expect(stderr).toMatch(/max(imum)? parallelism/)
    expect(stderr).toMatch(/\b4\b/)
  })

  it('another max parallelism, which is another division into key groups', async () => {
    const {stderr} = await expectRefused(counting({maxParallelism: 8}), ['-s', savepoint], savepoint)
    expect(stderr).toMatch(/max(imum)? parallelism/)
    expect(stderr).toMatch(/\b8\b.*\b4\b|\b4\b.*\b8\b/s)
  })

  it('another kind of state under the same name', async () => {
    const list = counting({state: "new ListStateDescriptor<number>('count')", take: 'getListState'})
    const {stderr} = await expectRefused(list, ['-s', savepoint], savepoint)
    expect(stderr).toContain('"count"')
  })
})

describe('two jobs', () => {
  it(
    'with one checkpoint folder do not disturb each other',
    async () => {
      const folder = workspace.path('checkpoints')
      mkdirSync(folder)
      const flags = ['-D', 'execution.checkpointing.interval=50ms', '-D', `execution.checkpointing.dir=${folder}`]
      const jobs = ['left', 'right'].map((name) => ({name, fts: start(counting(), flags, name)}))
      for (const {name, fts} of jobs) await untilSeen(fts, workspace.path(`seen-${name}`), 3)
      for (const {fts} of jobs) await fts.until(({stdout}) => sortedLines(stdout).length === 3)
      for (const jobId of await jobIds(workspace)) await runFts(workspace, ['cancel', jobId])
      for (const {fts} of jobs) expect(sortedLines((await fts.ended).stdout)).toEqual(['a 1', 'a 2', 'b 1'])
      expect(readdirSync(folder)).toEqual([])
    },
    TEST_MS_MAX,
  )
})
