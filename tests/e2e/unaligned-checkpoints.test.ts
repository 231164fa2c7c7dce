// Goal: under backpressure an unaligned checkpoint is completed with what was under way in it, and the job started from it at another
// parallelism has the results of an undisturbed run, each once.
// Method: `fts run` with a slow function behind two exchanges, until a checkpoint with data under way lies on disk; then it is cancelled and
// started from there. No time is asserted.
import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {afterEach, beforeEach, expect, it} from 'vitest'
import {decodeMetadata} from '../../src/checkpoint/index.js'
import {runFts, Workspace} from '../support/fts.js'
import {runProgramText, sortedLines, startProgramText} from '../support/job-programs.js'

const TEST_MS_MAX = 90_000
const LINES = 120_000
const WORDS = 700

const PROGRAM = `import {StreamExecutionEnvironment} from 'fts'
const [microseconds] = process.argv.slice(2)
const env = StreamExecutionEnvironment.getExecutionEnvironment()
const busy = () => { for (const end = performance.now() + Number(microseconds) / 1000; performance.now() < end; ); }
env.readTextFile('in.txt').rebalance()
  .map((line): [string, number] => [line.split(' ')[1], 1]).keyBy(0).sum(1)
  .map(([word, count]) => { busy(); return word + ' ' + count })
  .writeAsText('out.txt')
await env.execute()
`

let workspace: Workspace
beforeEach(() => {
  workspace = new Workspace()
})
afterEach(() => {
  for (const pid of workspace.taskManagers()) process.kill(pid, 'SIGKILL')
  workspace.remove()
})

const pause = () => new Promise((resolve) => setTimeout(resolve, 50))

/** The folder of a checkpoint that holds data under way. */
function unalignedCheckpoint(): string | undefined {
  const root = workspace.path('ck')
  if (!existsSync(root)) return undefined
  const files = readdirSync(root, {recursive: true}).map(String)
  const folders = files
    .filter((file) => /chk-\d+\/_metadata$/.test(file))
    .map((file) => `${root}/${file.slice(0, -10)}`)
  return folders.find((folder) => {
    try {
      return decodeMetadata(readFileSync(`${folder}/_metadata`), folder).vertices.some(({inFlight}) => inFlight)
    } catch {
      return false
    }
  })
}

it(
  'is completed under backpressure, and restored at another parallelism',
  async () => {
    const lines = Array.from({length: LINES}, (_, i) => `${i} w${(i * 7919) % WORDS}`)
    const counts = new Map<string, number>()
    const expected = lines.map((line) => {
      const word = line.split(' ')[1]
      counts.set(word, (counts.get(word) ?? 0) + 1)
      return `${word} ${counts.get(word)}`
    })
    writeFileSync(workspace.path('in.txt'), lines.map((line) => `${line}\n`).join(''))
    const options = {
      interval: '100ms',
      dir: workspace.path('ck'),
      'num-retained': '1000',
      'unaligned.enabled': 'true',
      'externalized-checkpoint-retention': 'RETAIN_ON_CANCELLATION',
    }
    const flags = [
      ...Object.entries(options).flatMap(([key, value]) => ['-D', `execution.checkpointing.${key}=${value}`]),
      // Splits and buffers so small that the source has not read everything long before the slow function has.
      ...['-D', 'source.file.split-size=64kb', '-D', 'taskmanager.network.memory.max-buffers-per-channel=2'],
    ]
    const fts = startProgramText(workspace, PROGRAM, {flags, args: ['100']})
    let hasEnded = false
    void fts.ended.then(() => {
      hasEnded = true
    })
    while (unalignedCheckpoint() === undefined && !hasEnded) await pause()
    const checkpoint = unalignedCheckpoint()
    fts.process.kill('SIGINT')
    const first = await fts.ended
    expect(checkpoint, first.stderr).toBeDefined()
    expect(first.code, first.stderr).toBe(130)
    const listed = await runFts(workspace, ['state', 'ls', checkpoint!])
    expect(listed.stdout).toMatch(/\n {2}under way at ".+": .+ in \d+ channels?/)
    const end = await runProgramText(workspace, PROGRAM, {flags: ['-p', '3', '-s', checkpoint!, '--json'], args: ['0']})
    expect(end.code, end.stderr).toBe(0)
    expect(sortedLines(readFileSync(workspace.path('out.txt'), 'utf8'))).toEqual(expected.sort())
    expect(end.stderr).toContain('"balanced":true')
  },
  TEST_MS_MAX,
)
