/**
 * Goal: durations are read as Flink reads them, and what is none is refused with the place where it stood.
 * Method: a table of spellings; units from Flink's TimeUtils.
 */
import {describe, expect, it} from 'vitest'
import {durationMs, parseDuration} from '../../../src/core/index.js'

describe('parseDuration', () => {
  it.each([
    [0, 0],
    [1500, 1500],
    ['250', 250],
    ['500ms', 500],
    ['10s', 10_000],
    ['10 sec', 10_000],
    ['2 min', 120_000],
    [' 1 H ', 3_600_000],
    ['1d', 86_400_000],
    ['3 days', 259_200_000],
    ['1.5s', 1500],
    ['0.1 s', 100],
    ['120389870042524 ms', 120389870042524],
  ])('%j is %i ms', (value, expected) => {
    expect(parseDuration(value)).toBe(expected)
  })

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, '', 's', '-1s', '1.2345s', '10 parsecs', '1s 2s', '1e3'])(
    '%j is none',
    (value) => {
      expect(parseDuration(value)).toBeUndefined()
    },
  )
})

describe('durationMs', () => {
  it('names the place and the value', () => {
    expect(() => durationMs('soon', 'ttl of state "seen"')).toThrow(
      expect.objectContaining({
        kind: 'user',
        code: 'FTS_BAD_DURATION',
        message: 'ttl of state "seen": "soon" is not a duration of whole milliseconds, 0 or more',
      }),
    )
  })

  it('refuses what is neither number nor text', () => {
    expect(() => durationMs(undefined as never, 'gap')).toThrow(/^gap: undefined is not a duration/)
  })
})
