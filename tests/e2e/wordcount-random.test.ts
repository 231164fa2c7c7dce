// Goal: no mix of options, input and memory gives a wrong word count; what does not fit is refused with a sentence.
// Method: the built command with random options on random text, against the classic word count in plain JavaScript. Each seed is a
// test of its own: FTS_TEST_SEED replays one, FTS_TEST_RUNS multiplies them (a soak: FTS_TEST_RUNS=50).

import {existsSync} from 'node:fs'
import {afterEach, beforeEach, expect, it} from 'vitest'
import {SeededRandom} from '../../src/platform/index.js'
import {runFts, Workspace} from '../support/fts.js'
import {randomWordCount, resultOf, whatIsWrong} from '../support/random-word-count.js'
import {testSeeds} from '../support/test-seeds.js'

/** Running counts cannot be spilled, and a gate needs its segments. */
const TOO_LITTLE_MEMORY =
  /^fts: .*(fill the slot's managed memory|network segments).*\n {2}→ Raise taskmanager\.memory/m

/** A busy machine takes its time. */
const TEST_MS_MAX = 60_000

let workspace: Workspace

beforeEach(() => {
  workspace = new Workspace()
})

afterEach(() => workspace.remove())

it.each(testSeeds(12))(
  'seed %d',
  async (seed) => {
    const random = new SeededRandom(seed * 7919)
    const run = await randomWordCount(workspace, random, {
      bytesMax: 1_000_000,
      inputs: ['file', 'file', 'files', 'folder', 'gzip', 'stdin', 'socket'],
      memory: 'scarce',
    })
    const end = await runFts(workspace, run.args, run.stdin === undefined ? {} : {stdin: run.stdin})
    run.close()
    const command = run.args.join(' ')
    if (end.code === 0) {
      expect(end.stderr, command).toMatch(/ledger balanced/)
      expect(whatIsWrong(run, resultOf(run, workspace, end.stdout)), command).toBeUndefined()
    } else {
      expect(end.stderr, command).toMatch(TOO_LITTLE_MEMORY)
      expect(existsSync(workspace.path('out.txt'))).toBe(false)
    }
    expect(workspace.leftovers()).toEqual([])
  },
  TEST_MS_MAX,
)
