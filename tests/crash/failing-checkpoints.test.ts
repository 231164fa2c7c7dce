// Goal: a disk that is full while a checkpoint is written, and a slot that runs out of memory between two checkpoints, cost no result and double none.
// Method: the built command over a program that takes its time; a limit on file sizes stands for a full disk, which needs no privileges; a function that
// fills its heap, once.
import {existsSync, mkdirSync, readdirSync, writeFileSync} from 'node:fs'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {Workspace} from '../support/fts.js'
import {runProgramText, sortedLines} from '../support/job-programs.js'

const TEST_MS_MAX = 90_000
const LINES = 3000

let workspace: Workspace

beforeEach(() => {
  workspace = new Workspace()
  mkdirSync(workspace.path('checkpoints'))
  writeFileSync(workspace.path('in.txt'), Array.from({length: LINES}, (_, i) => `${i}\n`).join(''))
})

afterEach(() => {
  for (const pid of workspace.taskManagers()) process.kill(pid, 'SIGKILL')
  workspace.remove()
})

const settings = (config: Readonly<Record<string, string>>) =>
  Object.entries(config).flatMap(([key, value]) => ['-D', `${key}=${value}`])

const CHECKPOINTS = () =>
  settings({
    'execution.checkpointing.interval': '100ms',
    'execution.checkpointing.dir': workspace.path('checkpoints'),
    'restart-strategy.type': 'fixed-delay',
    'restart-strategy.fixed-delay.attempts': '3',
    'restart-strategy.fixed-delay.delay': '10ms',
  })

/** Each line is a key of 300 characters; a second at least. */
function slowCounts(inMap: string): string {
  return `import {existsSync, writeFileSync} from 'node:fs'
import {StreamExecutionEnvironment} from 'fts'
void [existsSync, writeFileSync]
const env = StreamExecutionEnvironment.getExecutionEnvironment()
const clock = new Int32Array(new SharedArrayBuffer(4))
env.readTextFile('in.txt')
  .map((line): [string, number] => {
    const n = Number(line)
    if (n % 100 === 0) Atomics.wait(clock, 0, 0, 40)
    ${inMap}
    return [line.padStart(300, '0'), 1]
  })
  .setParallelism(1)
  .keyBy(0)
  .sum(1)
  .map(([key, count]) => Number(key) + ' ' + count)
  .print()
  .setParallelism(1)
await env.execute()
`
}

const EXPECTED = Array.from({length: LINES}, (_, i) => `${i} 1`).sort()

describe('a disk that is full when a checkpoint is written', () => {
  /** In units of 1024 bytes: programs and journals fit, the state of all keys does not. */
  const shell = 'ulimit -f 200 && exec "$@"'

  it(
    'fails that checkpoint, of which nothing is left, and the job goes on',
    async () => {
      const flags = [...CHECKPOINTS(), ...settings({'execution.checkpointing.tolerable-failed-checkpoints': '1000'})]
      const {code, stdout, stderr} = await runProgramText(workspace, slowCounts(''), {
        flags: [...flags, '--json'],
        shell,
      })
      expect([code, sortedLines(stdout)], stderr).toEqual([0, EXPECTED])
      const {checkpoints, restarts} = JSON.parse(stderr.trimEnd().split('\n').at(-1)!)
      expect(checkpoints.failed).toBeGreaterThan(0)
      expect(restarts).toBeUndefined()
      expect(readdirSync(workspace.path('checkpoints'))).toEqual([])
      expect(workspace.leftovers()).toEqual([])
    },
    TEST_MS_MAX,
  )

  it(
    'fails the job where no checkpoint may fail, with the file and what to do',
    async () => {
      const {code, stderr} = await runProgramText(workspace, slowCounts(''), {flags: CHECKPOINTS(), shell})
      expect(code).toBe(1)
      expect(stderr).toMatch(/^fts: .*cannot write .*checkpoints.*\n {2}→ /m)
      expect(stderr).not.toMatch(/^\s+at /m)
      expect(workspace.leftovers()).toEqual([])
    },
    TEST_MS_MAX,
  )
})

describe('a slot that runs out of memory', () => {
  it(
    'starts again from the last checkpoint',
    async () => {
      const hoard = `if (n === 2000 && !existsSync('hoarded')) {
        writeFileSync('hoarded', '')
        for (const hoard: number[][] = []; ; ) hoard.push(new Array(100_000).fill(n))
      }`
      const flags = [...CHECKPOINTS(), ...settings({'taskmanager.memory.flink.size': '200m'}), '--json']
      const {code, stdout, stderr} = await runProgramText(workspace, slowCounts(hoard), {flags})
      expect(existsSync(workspace.path('hoarded'))).toBe(true)
      expect([code, sortedLines(stdout)], stderr).toEqual([0, EXPECTED])
      const {restarts, failures} = JSON.parse(stderr.trimEnd().split('\n').at(-1)!)
      expect(restarts).toBeGreaterThan(0)
      expect(failures.map(({message}: {message: string}) => message).join('\n')).toMatch(/ran out of heap/)
      expect(workspace.leftovers()).toEqual([])
    },
    TEST_MS_MAX,
  )
})
