// Goal: a source subtask reports its watermark as often as its strategy says, reads no further than it is allowed, is not taken for idle
// while it waits, and says so where it cannot wait.
// Method: the record harness, with a limit and a clock that the test moves.
import {describe, expect, it} from 'vitest'
import {MAX_TIMESTAMP_MS, type WatermarkReport} from '../../../../src/core/index.js'
import {TimestampsAndWatermarksOperator, WatermarkStrategy} from '../../../../src/operators/index.js'
import {RecordHarness} from '../../../support/record-harness.js'

const STRATEGY = WatermarkStrategy.forMonotonousTimestamps<{readonly at: number}>()
  .withTimestampAssigner(({at}) => at)
  .withWatermarkAlignment('g', '5s', 1000)
  .withIdleness('3s')

function source(strategy = STRATEGY, isProgressive = true) {
  const reports: WatermarkReport[] = []
  const limit = {ms: MAX_TIMESTAMP_MS}
  const operator = new TimestampsAndWatermarksOperator({strategy, intervalMs: 200, isProgressive})
  const alignment = {report: (report: WatermarkReport) => reports.push(report), limitMs: () => limit.ms}
  const harness = new RecordHarness(operator, {alignment}).open()
  return {operator, harness, reports, limit}
}

describe('watermark alignment', () => {
  it('is reported at its interval, from the first watermark on', () => {
    const {harness, reports} = source()
    harness.moveTo(1000)
    expect(reports).toEqual([])
    harness.process([{at: 10_000}]).moveTo(1900)
    expect(reports).toEqual([])
    harness.moveTo(2000).moveTo(3000)
    const report = {group: 'g', maxDriftMs: 5000, watermarkMs: 9999}
    expect(reports).toEqual([report, report])
  })

  it('stops reading beyond the limit, and goes on when it has moved', () => {
    const {harness, operator, limit} = source()
    harness.process([{at: 10_000}])
    limit.ms = 9998
    expect(operator.pausesInput()).toBe(false)
    harness.moveTo(200)
    expect(operator.pausesInput()).toBe(true)
    limit.ms = 9999
    expect(operator.pausesInput()).toBe(false)
  })

  it('is not idle while it waits; when it is, nobody waits for it', () => {
    const {harness, reports, limit} = source()
    harness.process([{at: 10_000}]).moveTo(200)
    limit.ms = 0
    for (let ms = 400; ms <= 20_000; ms += 200) harness.moveTo(ms)
    expect(harness.take().filter((one) => 'status' in one)).toEqual([])
    limit.ms = MAX_TIMESTAMP_MS
    for (let ms = 20_200; ms <= 25_000; ms += 200) harness.moveTo(ms)
    expect(harness.take()).toEqual([{status: 'idle'}])
    expect(reports.at(-1)?.watermarkMs).toBe(MAX_TIMESTAMP_MS)
  })

  it('does nothing in batch mode', () => {
    const {harness, operator, reports} = source(STRATEGY, false)
    harness.process([{at: 10_000}]).moveTo(5000)
    expect([operator.pausesInput(), reports]).toEqual([false, []])
  })

  it('says where it does nothing', () => {
    const operator = new TimestampsAndWatermarksOperator({strategy: STRATEGY})
    const harness = new RecordHarness(operator).open()
    harness.process([{at: 1}]).moveTo(10_000)
    expect(operator.pausesInput()).toBe(false)
    expect(harness.notices).toEqual([expect.stringContaining('the watermark alignment "g" does nothing here')])
  })

  it('needs a name and times', () => {
    const {message} = (() => {
      try {
        STRATEGY.withWatermarkAlignment('', '1s')
      } catch (error) {
        return error as Error
      }
      return new Error('nothing was thrown')
    })()
    expect(message).toContain('got the group ""')
    expect(() => STRATEGY.withWatermarkAlignment('g', '1s', 0)).toThrow('expected a name and a time')
    expect(() => STRATEGY.withWatermarkAlignment('g', 'far')).toThrow('maxDrift of withWatermarkAlignment')
  })
})
