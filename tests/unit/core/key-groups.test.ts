/**
 * Goal: keys land where Flink puts them.
 * Method: vectors recorded from Flink 2.3, listed in src/core/README.md.
 */
import {describe, expect, it} from 'vitest'
import {
  defaultMaxParallelism,
  javaStringHash,
  javaStringHashUtf8,
  keyGroupForHash,
  keyGroupRangeOf,
  subtaskForKeyGroup,
} from '../../../src/core/index.js'

describe('key groups', () => {
  it('agree with Flink for ints', () => {
    const groups = Array.from({length: 16}, (_, key) => keyGroupForHash(key, 128))
    expect(groups).toEqual([94, 86, 127, 113, 7, 126, 18, 113, 15, 51, 67, 102, 50, 1, 27, 70])
  })

  it.each([
    ['', 94],
    ['a', 81],
    ['b', 22],
    ['key1', 41],
    ['key2', 27],
    ['hello', 35],
    ['word', 93],
    ['Flink', 127],
  ])('agree with Flink for %j, as a string and as bytes', (key, group) => {
    expect(keyGroupForHash(javaStringHash(key), 128)).toBe(group)
    const bytes = Buffer.from(key)
    expect(keyGroupForHash(javaStringHashUtf8(bytes, 0, bytes.length), 128)).toBe(group)
  })

  it('go to the subtask that owns them', () => {
    expect(subtaskForKeyGroup(41, 4, 128)).toBe(1)
  })

  it.each([
    [
      128,
      3,
      [
        [0, 42],
        [43, 85],
        [86, 127],
      ],
    ],
    [
      13,
      4,
      [
        [0, 3],
        [4, 6],
        [7, 9],
        [10, 12],
      ],
    ],
  ])('of %i are dealt to %i subtasks in ranges', (maxParallelism, parallelism, ranges) => {
    const dealt = Array.from({length: parallelism}, (_, index) => {
      const {keyGroupStart, keyGroupEndInclusive} = keyGroupRangeOf(index, parallelism, maxParallelism)
      return [keyGroupStart, keyGroupEndInclusive]
    })
    expect(dealt).toEqual(ranges)
  })

  it.each([
    [1, 128],
    [85, 128],
    [86, 256],
    [128, 256],
    [200, 512],
    [1000, 2048],
    [20000, 32768],
  ])('parallelism %i has max parallelism %i', (parallelism, maxParallelism) => {
    expect(defaultMaxParallelism(parallelism)).toBe(maxParallelism)
  })

  it('refuses a parallelism out of range', () => {
    expect(() => defaultMaxParallelism(0)).toThrow(/from 1 to 32768/)
  })
})
