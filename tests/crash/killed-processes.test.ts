// Goal: whichever process dies at whatever moment, a command ends with the whole right answer and 0, or with one sentence and 1, and
// leaves no half-written file, process, socket, temporary file or run directory behind.
// Method: the built command on random text with random options; kill −9 (or a stop that lasts) after a random time. Each seed is a
// test of its own: FTS_TEST_SEED replays one, FTS_TEST_RUNS multiplies them.

import {existsSync, readFileSync} from 'node:fs'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {SeededRandom} from '../../src/platform/index.js'
import {Fts, type FtsEnd, runFts, Workspace} from '../support/fts.js'
import {type RandomWordCount, randomWordCount, resultOf, whatIsWrong} from '../support/random-word-count.js'
import {ROOT} from '../support/repository.js'
import {testSeeds} from '../support/test-seeds.js'

/** A busy machine takes its time. */
const TEST_MS_MAX = 60_000

/** Most runs are over by then. */
const KILLED_WITHIN_MS = 700

let workspace: Workspace

beforeEach(() => {
  workspace = new Workspace()
})

afterEach(() => {
  for (const pid of workspace.taskManagers()) process.kill(pid, 'SIGKILL')
  workspace.remove()
})

function randomRun(random: SeededRandom): Promise<RandomWordCount> {
  const inputs = ['file', 'file', 'files', 'gzip', 'stdin', 'socket'] as const
  return randomWordCount(workspace, random, {
    bytesMax: random.pick([1000, 3_000_000]),
    inputs,
    memory: random.pick(['enough', 'spills']),
  })
}

/** Starts a run and does something to its processes after a random time. */
async function troubled(run: RandomWordCount, random: SeededRandom, trouble: (fts: Fts) => void): Promise<FtsEnd> {
  const fts = new Fts(workspace, run.args, {stdin: run.stdin ?? ''})
  const timer = setTimeout(() => trouble(fts), random.next() * KILLED_WITHIN_MS)
  const end = await fts.ended
  clearTimeout(timer)
  run.close()
  return end
}

/** An output file is whole, or as if nothing had happened, however the command has ended. */
function expectWholeOutputOrNone(run: RandomWordCount): void {
  const output = run.output === undefined ? undefined : workspace.path(run.output)
  if (output !== undefined && existsSync(output)) expect(whatIsWrong(run, readFileSync(output, 'utf8'))).toBeUndefined()
}

describe('a TaskManager is killed with −9', () => {
  it.each(testSeeds(8))(
    'seed %d',
    async (seed) => {
      const random = new SeededRandom(seed * 104_729)
      const run = await randomRun(random)
      const end = await troubled(run, random, () => {
        const taskManagers = workspace.taskManagers()
        if (taskManagers.length > 0) process.kill(random.pick(taskManagers), 'SIGKILL')
      })
      const told = `${run.args.join(' ')}\n${end.stderr}`
      if (end.code === 0) expect(whatIsWrong(run, resultOf(run, workspace, end.stdout)), told).toBeUndefined()
      else {
        expect(end.code, told).toBe(1)
        expect(end.stderr.match(/^fts: /gm), told).toHaveLength(1)
        expect(end.stderr, told).toMatch(/^fts: .*\n {2}→ /m)
        expect(end.stderr, told).toMatch(/TaskManager tm-\d/)
        expect(end.stderr, told).not.toMatch(/^\s+at /m)
      }
      expectWholeOutputOrNone(run)
      expect(workspace.taskManagers()).toEqual([])
      expect(workspace.leftovers()).toEqual([])
    },
    TEST_MS_MAX,
  )
})

describe('the command is killed with −9', () => {
  it.each(testSeeds(6))(
    'seed %d',
    async (seed) => {
      const random = new SeededRandom(seed * 15_485_863)
      const run = await randomRun(random)
      const end = await troubled(run, random, (fts) => fts.process.kill('SIGKILL'))
      if (end.signal === null) expect(end.code, end.stderr).toBe(0)
      await untilNoTaskManagerIsLeft()
      expectWholeOutputOrNone(run)
      expect((await runFts(workspace, ['wordcount', `${ROOT}/fixtures/texts/river.txt`])).code).toBe(0)
      expect(workspace.leftovers()).toEqual([])
    },
    TEST_MS_MAX,
  )
})

describe('a TaskManager is stopped and answers no more', () => {
  it.each(testSeeds(2))(
    'seed %d',
    async (seed) => {
      const random = new SeededRandom(seed * 32_452_843)
      const numTaskManagers = random.int(1, 2)
      const timeouts = ['-D', 'heartbeat.interval=50ms', '-D', 'heartbeat.timeout=400ms']
      const places = ['-p', '2', '--num-taskmanagers', String(numTaskManagers)]
      const fts = new Fts(workspace, ['wordcount', '--mode', 'streaming', ...places, ...timeouts])
      fts.process.stdin.write('hello\n')
      await fts.until(({stdout}) => stdout !== '')
      process.kill(random.pick(workspace.taskManagers()), 'SIGSTOP')
      const end = await fts.ended
      expect(end.code, end.stderr).toBe(1)
      expect(end.stderr).toMatch(
        /^fts: .*tm-\d.*gave no sign of life for .* and was killed.*\n {2}→ .*heartbeat\.timeout/m,
      )
      expect(workspace.taskManagers()).toEqual([])
      expect(workspace.leftovers()).toEqual([])
    },
    TEST_MS_MAX,
  )
})

/** The runner's timeout is the limit. */
async function untilNoTaskManagerIsLeft(): Promise<void> {
  while (workspace.taskManagers().length > 0) await new Promise((resolve) => setImmediate(resolve))
}
