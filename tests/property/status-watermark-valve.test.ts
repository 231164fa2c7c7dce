// Goal: for any sequence of watermarks and statuses the valve puts out what Flink's rules say.
// Method: a plain model that states the rules over the whole history after each event: which channels count, and what is least.
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {MIN_TIMESTAMP_MS} from '../../src/core/index.js'
import {StatusWatermarkValve} from '../../src/task/status-watermark-valve.js'
import {propertyOptions} from '../support/property-options.js'

type Event = readonly [channel: number, what: number | 'idle' | 'active']

/** Flink's rules over plain lists. A channel counts if it is active and has not been behind the output since it came back. */
function modelOf(channelCount: number, events: readonly Event[]): unknown[] {
  const out: unknown[] = []
  const watermark = new Array<number>(channelCount).fill(MIN_TIMESTAMP_MS)
  const idle = new Set<number>()
  const behind = new Set<number>()
  let last = MIN_TIMESTAMP_MS
  const put = (candidate: number) => {
    if (candidate > last) out.push((last = candidate))
  }
  const least = () => {
    const counting = watermark.filter((_, channel) => !idle.has(channel) && !behind.has(channel))
    if (counting.length > 0) put(Math.min(...counting))
  }
  for (const [channel, what] of events) {
    if (typeof what === 'number') {
      if (idle.has(channel) || what <= watermark[channel]) continue
      watermark[channel] = what
      if (what >= last) behind.delete(channel)
      least()
    } else if (what === 'idle' && !idle.has(channel)) {
      const heldBack = watermark[channel] === last
      idle.add(channel)
      if (idle.size < channelCount) {
        if (heldBack) least()
        continue
      }
      if (heldBack) put(Math.max(...watermark))
      out.push('idle')
    } else if (what === 'active' && idle.delete(channel)) {
      if (watermark[channel] < last) behind.add(channel)
      else behind.delete(channel)
      if (idle.size === channelCount - 1) out.push('active')
    }
  }
  return out
}

describe('StatusWatermarkValve', () => {
  it('agrees with the rules, and its output never goes back', () => {
    const what = fc.oneof({weight: 4, arbitrary: fc.integer({min: -5, max: 30})}, fc.constantFrom('idle', 'active'))
    const runs = fc
      .integer({min: 1, max: 4})
      .chain((count) => fc.tuple(fc.constant(count), fc.array(fc.tuple(fc.integer({min: 0, max: count - 1}), what))))
    fc.assert(
      fc.property(runs, ([channelCount, events]) => {
        const out: unknown[] = []
        const valve = new StatusWatermarkValve(channelCount, (element) => {
          if (element.kind === 'watermark') out.push(element.timestampMs)
          else if (element.kind === 'streamStatus') out.push(element.status)
        })
        for (const [channel, event] of events) {
          if (typeof event === 'number') valve.inputWatermark(channel, event)
          else valve.inputStatus(channel, event as 'idle' | 'active')
        }
        expect(out).toEqual(modelOf(channelCount, events as readonly Event[]))
        const watermarks = out.filter((one) => typeof one === 'number') as number[]
        expect(watermarks).toEqual([...new Set(watermarks)].sort((a, b) => a - b))
      }),
      propertyOptions(300),
    )
  })
})
