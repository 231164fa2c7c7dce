// Goal: with checkpoints, wherever state is kept, kill −9 of TaskManagers at any moment changes nothing: the output has each result once, from files and standard input, into
// a file and to standard output, for running counts, windows and joins; nothing is left behind.
// Method: `fts run` as a user starts it, on random lines; TaskManagers are killed after random times; outputs are compared with plain code that
// computes them. Each seed is a test of its own: FTS_TEST_SEED replays one, FTS_TEST_RUNS multiplies them (npm run soak).
import {readFileSync, writeFileSync} from 'node:fs'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {EXACTLY_ONCE_JOBS, exactlyOnceProgram, randomLines, textOf} from '../support/exactly-once-jobs.js'
import {type Fts, Workspace} from '../support/fts.js'
import {sortedLines, startProgramText} from '../support/job-programs.js'
import {SimRandom} from '../support/sim-random.js'
import {testSeeds} from '../support/test-seeds.js'

/** A busy machine takes its time. */
const TEST_MS_MAX = 90_000
const LINES = 6000
const FLAGS = [
  ...['-D', 'execution.checkpointing.interval=150ms'],
  ...['-D', 'restart-strategy.type=fixed-delay', '-D', 'restart-strategy.fixed-delay.attempts=1000'],
  ...['-D', 'restart-strategy.fixed-delay.delay=20ms'],
]

let workspace: Workspace

beforeEach(() => {
  workspace = new Workspace()
})

afterEach(() => {
  for (const pid of workspace.taskManagers()) process.kill(pid, 'SIGKILL')
  workspace.remove()
})

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** Gives the text in pieces that end anywhere, with pauses. */
async function feed(fts: Fts, text: string, random: SimRandom): Promise<void> {
  for (let at = 0; at < text.length; ) {
    const end = at + Math.ceil(random.next() * (text.length / 6))
    fts.process.stdin.write(text.slice(at, end))
    at = end
    await pause(random.next() * 400)
  }
  fts.process.stdin.end()
}

/** Kills a TaskManager some times, as long as there are any; answers how often. */
async function killNowAndThen(random: SimRandom, count: number, hasEnded: () => boolean): Promise<number> {
  let kills = 0
  for (let i = 0; i < count && !hasEnded(); i++) {
    await pause(300 + random.next() * 1500)
    const taskManagers = workspace.taskManagers()
    if (taskManagers.length === 0 || hasEnded()) continue
    process.kill(random.pick(taskManagers), 'SIGKILL')
    kills += 1
  }
  return kills
}

let killsInAll = 0

describe('a TaskManager of a job with checkpoints is killed with −9', () => {
  it.each(testSeeds(6))(
    'seed %d',
    async (seed) => {
      const random = new SimRandom(seed * 7919)
      const job = EXACTLY_ONCE_JOBS[seed % EXACTLY_ONCE_JOBS.length]
      const input = random.pick(['in.txt', '-'])
      const output = random.pick(['out.txt', '-'])
      const backend = random.pick(['hashmap', 'rocksdb'])
      const lines = randomLines(random, LINES)
      writeFileSync(workspace.path('in.txt'), textOf(lines))
      const fts = startProgramText(workspace, exactlyOnceProgram(job.pipeline), {
        flags: [...FLAGS, '-D', `state.backend.type=${backend}`],
        args: [input, output],
      })
      let hasEnded = false
      void fts.ended.then(() => {
        hasEnded = true
      })
      const feeding = input === '-' ? feed(fts, textOf(lines), random) : fts.process.stdin.end()
      const kills = await killNowAndThen(random, 3, () => hasEnded)
      await feeding
      const end = await fts.ended
      killsInAll += kills
      const told = `${job.name}, ${input} to ${output}, state in ${backend}, ${kills} kills\n${end.stderr}`
      expect(end.code, told).toBe(0)
      const written = output === '-' ? end.stdout : readFileSync(workspace.path(output), 'utf8')
      expect(sortedLines(written), told).toEqual(job.expected(lines).sort())
      expect(workspace.taskManagers()).toEqual([])
      expect(workspace.leftovers()).toEqual([])
    },
    TEST_MS_MAX,
  )

  it('at all', () => {
    console.info(`${killsInAll} TaskManagers were killed`)
    expect(killsInAll).toBeGreaterThan(0)
  })
})
