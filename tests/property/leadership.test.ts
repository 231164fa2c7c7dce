// Goal: whatever is killed, stopped and woken up, no two leaders get one token, and what a leader was told is decided is what every later leader
// goes on from: two never both commit.
// Method: JobManagers on one disk, their operations interleaved by a seed (tests/support/election-world.ts). Each leader appends its own numbers to
// what it found. All that was believed committed must lie in one line, in the order of the tokens, and whoever comes last must find all of it.

import {describe, expect, it} from 'vitest'
import {SeededRandom} from '../../src/platform/index.js'
import {type Commit, ElectionWorld} from '../support/election-world.js'
import {testSeeds} from '../support/test-seeds.js'

const TURNS = 1500

function beginsWith(longer: Commit, shorter: Commit): boolean {
  return shorter.decisions.every((decision, index) => longer.decisions[index] === decision)
}

let takeovers = 0
let overtaken = 0

describe('leaders that are killed, stopped and woken', () => {
  it.each(testSeeds(60))('seed %d', async (seed) => {
    const world = new ElectionWorld(new SeededRandom(seed * 7919))
    await world.run(TURNS, 3)
    const {commits, tokens, ends} = world
    expect(new Set(tokens).size).toBe(tokens.length)
    expect([...new Set(ends)].filter((code) => code !== 'FTS_LEADERSHIP_LOST')).toEqual([])
    const inOrder = [...commits].sort((a, b) => a.decisions.length - b.decisions.length)
    inOrder.slice(1).forEach((commit, index) => {
      expect(beginsWith(commit, inOrder[index]), `${inOrder[index].decisions} | ${commit.decisions}`).toBe(true)
      expect(commit.token).toBeGreaterThanOrEqual(inOrder[index].token)
    })
    const last = (await world.successor()).state as readonly string[]
    const decided = inOrder.at(-1)?.decisions ?? []
    expect(last.slice(0, decided.length)).toEqual(decided)
    takeovers += tokens.length - 1
    overtaken += ends.length
  })

  it('at all', () => {
    expect(takeovers).toBeGreaterThan(0)
    if (process.env.FTS_TEST_SEED === undefined) expect(overtaken).toBeGreaterThan(0)
  })
})
