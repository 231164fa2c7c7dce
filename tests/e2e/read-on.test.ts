// Goal: a job that starts from a savepoint or a checkpoint goes on with standard input where the earlier run was: what that had read and not worked on comes first, from
// its journal, then what the new command is given; a file on standard input (`< file`) is read on where it was.
// Method: `fts run` on standard input, stopped, cancelled or killed with −9 while more is read than any checkpoint has, and started again; whole outputs.
import {existsSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, it} from 'vitest'
import {type Fts, type FtsEnd, runFts, Workspace} from '../support/fts.js'
import {startProgramText} from '../support/job-programs.js'
import {jobIds, stopJob} from '../support/stopped-jobs.js'

const TEST_MS_MAX = 60_000
const PROGRAM = `import {StreamExecutionEnvironment} from 'fts'
const env = StreamExecutionEnvironment.getExecutionEnvironment()
const [output] = process.argv.slice(2)
env.fromStdin().uid('in').map((line) => 'got ' + line).uid('got').writeAsText(output).uid('out')
await env.execute()
`
const LINES = Array.from({length: 30_000}, (_, index) => `line ${index}\n`)
const TEXT = LINES.join('')
const [THIRD, HALF] = [Math.floor(TEXT.length / 3), TEXT.length >> 1]
let workspace: Workspace

beforeEach(() => {
  workspace = new Workspace()
})
afterEach(() => {
  for (const pid of workspace.processes()) process.kill(pid, 'SIGKILL')
  workspace.remove()
})

const checkpoints = (intervalMs: number) => [
  ...[
    '-D',
    `execution.checkpointing.interval=${intervalMs}ms`,
    '-D',
    `execution.checkpointing.dir=${workspace.path('ck')}`,
  ],
  ...['-D', 'execution.checkpointing.externalized-checkpoint-retention=RETAIN_ON_CANCELLATION', '-p', '1'],
]
const start = (flags: readonly string[], stdin?: string): Fts =>
  startProgramText(workspace, PROGRAM, {flags, args: ['out.txt'], ...(stdin === undefined ? {} : {stdin})})
const output = () => readFileSync(workspace.path('out.txt'), 'utf8').replaceAll('got ', '')
const waitFor = async (condition: () => boolean) => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20))
}

/** Nothing where a folder goes in this moment. */
function tryList(folder: string): string[] {
  try {
    return readdirSync(folder, {recursive: true}).map(String)
  } catch {
    return []
  }
}

/** Files of a kind below a folder, with their sizes. */
function filesOf(folder: string, ending: string): readonly {readonly path: string; readonly size: number}[] {
  const names = existsSync(folder) ? tryList(folder) : []
  const sizeOf = (path: string) => statSync(path, {throwIfNoEntry: false})?.size ?? 0
  return names
    .filter((name) => name.endsWith(ending))
    .map((name) => ({path: join(folder, name), size: sizeOf(join(folder, name))}))
}
const journaledBytes = () => filesOf(workspace.path('ck'), '.journal').reduce((sum, {size}) => sum + size, 0)

async function expectWhole(fts: Fts, text = TEXT): Promise<FtsEnd> {
  const end = await fts.ended
  expect([end.code, output() === text], end.stderr).toEqual([0, true])
  return end
}

it(
  'stopped with a savepoint, with and without checkpoints in the new run',
  async () => {
    const first = start(checkpoints(100))
    first.process.stdin.write(TEXT.slice(0, HALF))
    await waitFor(() => journaledBytes() === HALF)
    const savepoint = await stopJob(workspace)
    await first.ended
    const rest = TEXT.slice(HALF)
    const again = await expectWhole(start(['-s', savepoint, ...checkpoints(100)], rest))
    expect(again.stderr).toContain(
      `fts: standard input is taken to go on behind byte ${HALF}, up to which the earlier run has read it\n`,
    )
    await expectWhole(start(['-s', savepoint, '-p', '1'], rest))
  },
  TEST_MS_MAX,
)

it(
  'killed with its command behind the last checkpoint: the journal has what follows',
  async () => {
    const first = start(checkpoints(1000))
    first.process.stdin.write(TEXT.slice(0, THIRD))
    await waitFor(() => filesOf(workspace.path('ck'), '_metadata').length > 0 && journaledBytes() === THIRD)
    first.process.stdin.write(TEXT.slice(THIRD, HALF))
    await waitFor(() => journaledBytes() === HALF)
    first.process.kill('SIGKILL')
    await first.ended
    await waitFor(() => workspace.taskManagers().length === 0)
    const [job] = readdirSync(workspace.path('ck'))
    const second = start(['-s', workspace.path(`ck/${job}`), ...checkpoints(100)])
    second.process.stdin.write(TEXT.slice(HALF, HALF + 1000))
    await second.until(({stderr}) => stderr.includes('is taken to go on'))
    // The new run is as exact as the first: its own journal begins with what it has taken over.
    const [taskManager] = workspace.taskManagers()
    process.kill(taskManager, 'SIGKILL')
    second.process.stdin.end(TEXT.slice(HALF + 1000))
    await expectWhole(second)
  },
  TEST_MS_MAX,
)

it(
  'a file on standard input is a file, which is read on where it was; it does not take the place of a pipe, but a pipe may follow it',
  async () => {
    writeFileSync(workspace.path('in.txt'), TEXT.slice(0, HALF))
    const shell = '"$@" < in.txt'
    const first = startProgramText(workspace, withEndless(PROGRAM), {flags: checkpoints(100), args: ['out.txt'], shell})
    await waitFor(() => filesOf(workspace.folder, '.tmp').some(({size}) => size > HALF))
    const ofFile = await stopJob(workspace)
    await first.ended
    await expectWhole(start(['-s', ofFile, '-n', ...checkpoints(100)], TEXT.slice(HALF)))

    const second = start(checkpoints(100))
    second.process.stdin.write(TEXT.slice(0, HALF))
    await waitFor(() => journaledBytes() === HALF)
    const ofPipe = await stopJob(workspace)
    await second.ended
    const refused = startProgramText(workspace, PROGRAM, {flags: ['-s', ofPipe], args: ['out.txt'], shell})
    const {code, stderr} = await refused.ended
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining(
        'the checkpoint is of a source that read standard input, as a pipe, and now the source reads a file\n  → ',
      ),
    ])
  },
  TEST_MS_MAX,
)

it(
  'what a savepoint does not have and nobody has kept is told, and the rest is taken',
  async () => {
    const first = start(checkpoints(100))
    first.process.stdin.write(TEXT.slice(0, HALF))
    await waitFor(() => journaledBytes() === HALF)
    const [jobId] = await jobIds(workspace)
    const {stdout} = await runFts(workspace, ['savepoint', jobId, workspace.path('savepoints')])
    const savepoint = /Path: (.*)$/m.exec(stdout)?.[1] ?? ''
    first.process.kill('SIGKILL')
    await first.ended
    await waitFor(() => workspace.taskManagers().length === 0)
    renameSync(workspace.path('ck'), workspace.path('elsewhere'))
    const second = await expectWhole(start(['-s', savepoint, ...checkpoints(100)], TEXT.slice(HALF)))
    expect(second.stderr).toContain(
      `fts: standard input is taken to go on behind byte ${HALF}: if the earlier run has read more of it, that is not kept any more\n`,
    )
  },
  TEST_MS_MAX,
)

/** The same job with a source that does not end, so that it can be stopped when its input has been read. */
function withEndless(program: string): string {
  return program.replace(
    `.writeAsText`,
    `.union(env.fromSource({bounded: false, splits: () => [0], read: () => ({poll: () => 'wait'})}, 'never')).writeAsText`,
  )
}
