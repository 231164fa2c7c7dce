// Goal: with a standby, kill −9 of the JobManager at any moment, alone or with a TaskManager, changes nothing: the output has each result once and nothing
// is left behind; a leader that was stopped and wakes after it was taken over harms nothing; a command that was killed is gone on with by the next.
// Method: `fts run` as a user starts it, on random lines; processes are killed after random times or stopped; outputs are compared with plain code that
// computes them. Each seed is a test of its own: FTS_TEST_SEED replays one, FTS_TEST_RUNS multiplies them (npm run soak).

import {existsSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {SeededRandom} from '../../src/platform/index.js'
import {EXACTLY_ONCE_JOBS, exactlyOnceProgram, randomLines, textOf} from '../support/exactly-once-jobs.js'
import {type Fts, isAlive, Workspace} from '../support/fts.js'
import {sortedLines, startProgramText} from '../support/job-programs.js'
import {killLeader, leaderOf, standbyFlags} from '../support/standby.js'
import {testSeeds} from '../support/test-seeds.js'

/** A busy machine takes its time. */
const TEST_MS_MAX = 90_000
const LINES = 4000
const CHECKPOINTS = [
  ...['-D', 'execution.checkpointing.interval=150ms'],
  ...['-D', 'restart-strategy.type=fixed-delay', '-D', 'restart-strategy.fixed-delay.attempts=1000'],
  ...['-D', 'restart-strategy.fixed-delay.delay=20ms'],
]

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

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))
const flags = () => [...CHECKPOINTS, ...standbyFlags(storage)]

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await pause(20)
}

/** The same program, but it takes its time: a second for 4000 lines at least. */
function slowProgram(pipeline: string): string {
  const slow = `const clock = new Int32Array(new SharedArrayBuffer(4))
const lines = text.map((line) => { if (Number.parseInt(line) % 20 === 0) Atomics.wait(clock, 0, 0, 5); return line }).setParallelism(1)`
  return exactlyOnceProgram(pipeline).replace('const lines = text', slow)
}

/** Gives the text in pieces that end anywhere, with pauses. */
async function feed(fts: Fts, text: string, random: SeededRandom): Promise<void> {
  for (let at = 0; at < text.length; ) {
    const end = at + Math.ceil(random.next() * (text.length / 6))
    fts.process.stdin.write(text.slice(at, end))
    at = end
    await pause(random.next() * 500)
  }
  fts.process.stdin.end()
}

/** Kills the leader some times, at random together with a TaskManager, as long as there are any; answers how often. */
async function killNowAndThen(random: SeededRandom, count: number, hasEnded: () => boolean): Promise<number> {
  let kills = 0
  for (let i = 0; i < count && !hasEnded(); i++) {
    await pause(400 + random.next() * 1500)
    const taskManagers = workspace.taskManagers()
    if (hasEnded() || !killLeader(storage)) continue
    kills += 1
    if (random.next() < 0.4 && taskManagers.length > 0) process.kill(random.pick(taskManagers), 'SIGKILL')
  }
  return kills
}

/** Nothing of the job is left in the storage folder, and no process. */
function expectNothingLeft(): void {
  expect(workspace.processes()).toEqual([])
  expect(workspace.leftovers()).toEqual([])
  expect(readdirSync(storage)).toEqual([])
}

let killsInAll = 0

describe('the JobManager of a job with checkpoints is killed with −9', () => {
  it.each(testSeeds(4))(
    'seed %d',
    async (seed) => {
      const random = new SeededRandom(seed * 6971)
      const job = EXACTLY_ONCE_JOBS[seed % EXACTLY_ONCE_JOBS.length]
      const input = random.pick(['in.txt', '-'])
      const output = random.pick(['out.txt', '-'])
      const lines = randomLines(random, LINES)
      writeFileSync(workspace.path('in.txt'), textOf(lines))
      const fts = startProgramText(workspace, slowProgram(job.pipeline), {flags: flags(), args: [input, output]})
      let hasEnded = false
      void fts.ended.then(() => {
        hasEnded = true
      })
      const feeding = input === '-' ? feed(fts, textOf(lines), random) : fts.process.stdin.end()
      const kills = await killNowAndThen(random, 2, () => hasEnded)
      await feeding
      const end = await fts.ended
      killsInAll += kills
      const told = `${job.name}, ${input} to ${output}, ${kills} kills\n${end.stderr}`
      expect(end.code, told).toBe(0)
      const written = output === '-' ? end.stdout : readFileSync(workspace.path(output), 'utf8')
      expect(sortedLines(written), told).toEqual(job.expected(lines).sort())
      expectNothingLeft()
    },
    TEST_MS_MAX,
  )

  it('at all', () => {
    console.info(`${killsInAll} JobManagers were killed`)
    if (process.env.FTS_TEST_SEED === undefined) expect(killsInAll).toBeGreaterThan(0)
  })
})

/** Running word counts of what is typed. */
const COUNTS = EXACTLY_ONCE_JOBS[0]

function startCounts(more: readonly string[] = []): Fts {
  const program = exactlyOnceProgram(COUNTS.pipeline)
  return startProgramText(workspace, program, {flags: [...flags(), ...more], args: ['-', 'out.txt']})
}

describe('a leader that was stopped', () => {
  it(
    'is taken over, and ends when it wakes, without harm',
    async () => {
      const lines = randomLines(new SeededRandom(1), 600)
      const fts = startCounts(['-D', 'high-availability.filesystem.lease-duration=1s'])
      fts.process.stdin.write(textOf(lines.slice(0, 300)))
      await until(() => leaderOf(storage) !== undefined)
      await pause(1000)
      const former = leaderOf(storage)!
      process.kill(former.process.pid, 'SIGSTOP')
      await until(() => (leaderOf(storage)?.token ?? 0) > former.token)
      expect(isAlive(former.process.pid)).toBe(true)
      process.kill(former.process.pid, 'SIGCONT')
      await until(() => !isAlive(former.process.pid))
      fts.process.stdin.end(textOf(lines.slice(300)))
      const end = await fts.ended
      expect(end.code, end.stderr).toBe(0)
      // It may have woken and ended before the new leader looked how it was.
      expect(end.stderr).toMatch(/JobManager jm-1 .*(gave no sign of life|has ended); jm-2/)
      expect(sortedLines(readFileSync(workspace.path('out.txt'), 'utf8'))).toEqual(COUNTS.expected(lines).sort())
      expectNothingLeft()
    },
    TEST_MS_MAX,
  )
})

describe('a command that was killed', () => {
  it(
    'leaves no process, and the next one goes on from its last checkpoint',
    async () => {
      const lines = randomLines(new SeededRandom(2), 900)
      const first = startCounts()
      first.process.stdin.write(textOf(lines.slice(0, 300)))
      await until(() => stateOfJob().includes('"checkpointId":'))
      const read = textOf(lines.slice(0, 600))
      first.process.stdin.write(read.slice(textOf(lines.slice(0, 300)).length))
      await until(() => journaledBytes() === read.length)
      first.process.kill('SIGKILL')
      await first.ended
      await until(() => workspace.processes().length === 0)
      const second = startCounts()
      second.process.stdin.end(textOf(lines.slice(600)))
      const end = await second.ended
      expect(end.code, end.stderr).toBe(0)
      expect(end.stderr).toContain('goes on with the job')
      expect(sortedLines(readFileSync(workspace.path('out.txt'), 'utf8'))).toEqual(COUNTS.expected(lines).sort())
      expectNothingLeft()
    },
    TEST_MS_MAX,
  )
})

/** Of what was typed. */
function journaledBytes(): number {
  const files = readdirSync(storage, {recursive: true}).map(String)
  return files
    .filter((file) => file.endsWith('.journal'))
    .reduce((sum, file) => sum + statSync(`${storage}/${file}`).size, 0)
}

/** The last that its leaders have decided. */
function stateOfJob(): string {
  const folder = `${storage}/default/0`
  if (!existsSync(folder)) return ''
  const [job] = readdirSync(folder).filter((name) => /^[0-9a-f]{32}$/.test(name))
  const states = job === undefined ? [] : readdirSync(`${folder}/${job}`).filter((name) => name.startsWith('state-'))
  const last = states.sort((a, b) => Number(a.slice(6)) - Number(b.slice(6))).at(-1)
  return last === undefined ? '' : readFileSync(`${folder}/${job}/${last}`, 'utf8')
}
