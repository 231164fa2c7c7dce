// Goal: the valve makes one event time of many channels, with Flink's rules for idle channels and channels that come back.
// Method: lists of events and what comes out of each; cases retold from Flink's StatusWatermarkValveTest.
import {describe, expect, it} from 'vitest'
import {MAX_TIMESTAMP_MS} from '../../../src/core/index.js'
import {StatusWatermarkValve} from '../../../src/task/status-watermark-valve.js'

type Step = readonly [channel: number, what: number | 'idle' | 'active' | 'end', ...out: (number | 'idle' | 'active')[]]

function run(channelCount: number, steps: readonly Step[]): void {
  const out: unknown[] = []
  const valve = new StatusWatermarkValve(channelCount, (element) => {
    if (element.kind === 'watermark') out.push(element.timestampMs)
    else if (element.kind === 'streamStatus') out.push(element.status)
  })
  for (const [channel, what, ...expected] of steps) {
    if (what === 'end') valve.channelFinished(channel)
    else if (typeof what === 'number') valve.inputWatermark(channel, what)
    else valve.inputStatus(channel, what)
    expect(out.splice(0), `after ${what} on channel ${channel}`).toEqual(expected)
  }
}

describe('StatusWatermarkValve', () => {
  it('passes on what grows on a single channel', () => {
    run(1, [
      [0, 0, 0],
      [0, 25, 25],
      [0, 25],
      [0, 18],
      [0, 42, 42],
    ])
  })

  it('ignores watermarks of an idle channel, and says each status once', () => {
    run(1, [
      [0, 25, 25],
      [0, 'active'],
      [0, 'idle', 'idle'],
      [0, 50],
      [0, 'idle'],
      [0, 'active', 'active'],
      [0, 30, 30],
    ])
  })

  it('waits for the least of all channels', () => {
    run(3, [
      [0, 0],
      [1, 0],
      [2, 0, 0],
      [0, 12],
      [2, 8],
      [2, 10],
      [1, 15, 10],
      [2, 17, 12],
      [0, 20, 15],
    ])
  })

  it('does not wait for channels that are idle', () => {
    run(3, [
      [0, 15],
      [1, 10],
      [2, 'idle', 10],
      [1, 18, 15],
      [1, 'idle'],
      [0, 23, 23],
      [0, 'idle', 'idle'],
    ])
  })

  it('goes on with the rest when the channel that held it back becomes idle', () => {
    run(2, [
      [0, 5],
      [1, 3, 3],
      [1, 'idle', 5],
    ])
  })

  it('puts out the greatest watermark when the last channel becomes idle, if that one held it back', () => {
    run(3, [
      [0, 10],
      [1, 5],
      [2, 3, 3],
      [0, 'idle'],
      [1, 'idle'],
      [2, 'idle', 10, 'idle'],
    ])
  })

  it('a channel that comes back counts once it has caught up', () => {
    run(2, [
      [0, 10],
      [1, 5, 5],
      [1, 'idle', 10],
      [0, 20, 20],
      [1, 'active'],
      [1, 15],
      [0, 25, 25],
      [1, 24],
      [0, 27, 27],
      [1, 30],
      [0, 40, 30],
      [1, 35, 35],
    ])
  })

  it('a channel that comes back level counts at once', () => {
    run(2, [
      [0, 10],
      [1, 10, 10],
      [1, 'idle'],
      [1, 'active'],
      [0, 20],
      [1, 15, 15],
    ])
  })

  it('a channel that has ended holds nobody back; the end of all is the end of time', () => {
    run(3, [
      [0, 5],
      [1, 'idle'],
      [2, 'end', 5],
      [0, 9, 9],
      [0, 'end', MAX_TIMESTAMP_MS],
      [1, 'end'],
    ])
    run(2, [
      [0, 'idle'],
      [1, 'idle', 'idle'],
      [0, 'end', 'active', MAX_TIMESTAMP_MS],
      [1, 'end'],
    ])
  })
})
