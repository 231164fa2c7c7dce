// Goal: the launcher guesses how many slots a command will need, from its arguments alone and never wildly.
// Method: argument lists as people type them, with two cores.
import {describe, expect, it} from 'vitest'
import {expectedSlots} from '../../../src/cluster/expected-slots.js'

describe('expectedSlots', () => {
  it.each([
    ['run job.ts', 2],
    ['run job.ts -p 1', 1],
    ['run -p1 job.ts', 1],
    ['run job.ts --parallelism=1', 1],
    ['run job.ts --parallelism 2', 2],
    ['run job.ts -p 8', 2],
    ['run job.ts -p 0', 1],
    ['run job.ts -p many', 2],
    ['run job.ts -p', 2],
    ['run job.ts -- -p 1', 2],
    ['run job.ts -p 2 --num-taskmanagers 2', 1],
    ['run job.ts -p 2 --num-taskmanagers=2', 1],
    ['wordcount a.txt', 1],
    ['wordcount a.txt -p 2', 2],
    ['pipe lines()', 1],
    ['pipe lines() -p=2', 2],
  ])('of %j is %d', (line, slots) => {
    expect(expectedSlots(line.split(' '), () => 2)).toBe(slots)
  })
})
