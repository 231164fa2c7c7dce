// Goal: a connection between two TaskManagers that breaks while both live, at either end and at any moment, restarts what it concerns and changes nothing: each
// result is there once, and no process is replaced.
// Method: `fts run` with two TaskManagers, whose threads are preloaded with code that destroys the sockets of the shuffle when the test says so; the
// output is compared with plain code that computes it.
import {existsSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, it} from 'vitest'
import {SeededRandom} from '../../src/platform/index.js'
import {EXACTLY_ONCE_JOBS, exactlyOnceProgram, randomLines, textOf} from '../support/exactly-once-jobs.js'
import {Workspace} from '../support/fts.js'
import {sortedLines, startProgramText} from '../support/job-programs.js'
import {testSeeds} from '../support/test-seeds.js'

/** A busy machine takes its time. */
const TEST_MS_MAX = 60_000
const LINES = 4000
const BREAKS = 4
const PRELOAD = join(import.meta.dirname, '../support/break-connections.cjs')
const FLAGS = [
  ...['--num-taskmanagers', '2', '--slots', '1', '--json', '-D', 'execution.checkpointing.interval=100ms'],
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
const brokenCount = () => (existsSync(workspace.path('broken')) ? linesOf('broken').length : 0)
const linesOf = (name: string) => readFileSync(workspace.path(name), 'utf8').trimEnd().split('\n')

/** Breaks what is connected, and waits until something was; a job that is just restarting has nothing. */
async function breakOne(order: number, side: string): Promise<void> {
  const before = brokenCount()
  for (let tries = 0; brokenCount() === before; tries++) {
    writeFileSync(workspace.path('break'), `${order}.${tries} ${side}`)
    await pause(100)
  }
}

it.each(testSeeds(3))(
  'a broken connection between TaskManagers changes nothing (FTS_TEST_SEED=%i)',
  async (seed) => {
    const random = new SeededRandom(seed)
    const {pipeline, expected} = EXACTLY_ONCE_JOBS[random.int(0, EXACTLY_ONCE_JOBS.length - 1)]
    const lines = randomLines(random, LINES)
    const env = {
      NODE_OPTIONS: `--require ${PRELOAD}`,
      BREAK_FILE: workspace.path('break'),
      BREAK_LOG: workspace.path('broken'),
    }
    const args = ['-', workspace.path('out.txt')]
    const fts = startProgramText(workspace, exactlyOnceProgram(pipeline), {flags: FLAGS, args, env})
    for (let part = 0; part <= BREAKS; part++) {
      const [from, to] = [part, part + 1].map((at) => Math.floor((at * LINES) / (BREAKS + 1)))
      fts.process.stdin.write(textOf(lines.slice(from, to)))
      if (part === BREAKS) break
      await pause(random.next() * 300)
      await breakOne(part, random.next() < 0.5 ? 'consumer' : 'producer')
    }
    fts.process.stdin.end()
    const {code, stderr} = await fts.ended
    expect(code, stderr).toBe(0)
    // Two breaks may meet in one restart.
    const {restarts, failures} = JSON.parse(stderr.trimEnd().split('\n').at(-1) ?? '')
    expect(restarts).toBeGreaterThanOrEqual(1)
    expect(failures.filter((failure: {code: string}) => failure.code === 'FTS_TASKMANAGER_LOST')).toEqual([])
    expect(sortedLines(readFileSync(workspace.path('out.txt'), 'utf8'))).toEqual(expected(lines).sort())
  },
  TEST_MS_MAX,
)
