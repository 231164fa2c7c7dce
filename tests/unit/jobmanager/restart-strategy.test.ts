// Goal: each restart strategy restarts as often and as late as Flink's.
// Method: lists of failures at given moments against each strategy.
import {describe, expect, it} from 'vitest'
import {Configuration} from '../../../src/config/index.js'
import {restartStrategyOf} from '../../../src/jobmanager/restart-strategy.js'

function delays(
  settings: Record<string, string>,
  failuresAtMs: readonly number[],
  {hasCheckpoints = false, random = 0.5} = {},
): (number | string)[] {
  const strategy = restartStrategyOf(Configuration.fromEntries(settings), {hasCheckpoints, random: () => random})
  return failuresAtMs.map((atMs) => {
    const decision = strategy.failed(atMs)
    return decision.restarts ? Math.round(decision.delayMs) : (decision.why ?? 'never asked for')
  })
}

describe('restart strategies', () => {
  it('none is the default without checkpoints, and can be asked for with them', () => {
    expect(delays({}, [0])).toEqual(['never asked for'])
    expect(delays({'restart-strategy.type': 'none'}, [0], {hasCheckpoints: true})).toEqual(['never asked for'])
  })

  it('fixed delay restarts so many times', () => {
    const settings = {
      'restart-strategy.type': 'fixed-delay',
      'restart-strategy.fixed-delay.attempts': '2',
      'restart-strategy.fixed-delay.delay': '50ms',
    }
    expect(delays(settings, [0, 1, 9_999_999])).toEqual([
      50,
      50,
      'restart-strategy.fixed-delay.attempts (2) are used up',
    ])
  })

  it('failure rate counts within its interval', () => {
    const settings = {
      'restart-strategy.type': 'failure-rate',
      'restart-strategy.failure-rate.max-failures-per-interval': '2',
      'restart-strategy.failure-rate.failure-rate-interval': '10 s',
      'restart-strategy.failure-rate.delay': '5ms',
    }
    expect(delays(settings, [0, 9000, 10_001, 19_001, 19_002])).toEqual([
      5,
      5,
      5,
      5,
      'it failed more than 2 times within 10 s',
    ])
  })

  it('exponential delay is the default with checkpoints: it grows to its limit, and is reset by a quiet time', () => {
    const settings = {'restart-strategy.exponential-delay.max-backoff': '200ms'}
    const times = [0, 1000, 2000, 3000, 3000 + 3_600_000 + 200]
    expect(delays(settings, times, {hasCheckpoints: true})).toEqual([100, 150, 200, 200, 100])
  })

  it('failures before the planned restart count as one', () => {
    expect(delays({}, [0, 40, 99, 100], {hasCheckpoints: true})).toEqual([100, 60, 1, 150])
  })

  it('jitter stays within its share, and above the first pause', () => {
    expect(delays({}, [0, 1000], {hasCheckpoints: true, random: 0})).toEqual([100, 135])
    expect(delays({}, [0, 1000], {hasCheckpoints: true, random: 1})).toEqual([110, 165])
  })

  it('a limit of attempts ends it', () => {
    const settings = {'restart-strategy.exponential-delay.attempts-before-reset-backoff': '1'}
    expect(delays(settings, [0, 1000], {hasCheckpoints: true})).toEqual([
      100,
      'it failed 2 times without a pause of 3600 s',
    ])
  })
})
