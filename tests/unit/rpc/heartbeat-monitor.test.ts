// Goal: a silent peer is found, a stopped process does not take its peers for dead.
// Method: times as plain numbers.
import {describe, expect, it} from 'vitest'
import {HeartbeatMonitor} from '../../../src/rpc/index.js'

const TIMES = {intervalMs: 500, timeoutMs: 10_000}

function looked(monitor: HeartbeatMonitor<string>, fromMs: number, toMs: number) {
  const found: unknown[] = []
  for (let nowMs = fromMs; nowMs <= toMs; nowMs += TIMES.intervalMs) found.push(...monitor.silent(nowMs))
  return found
}

describe('HeartbeatMonitor', () => {
  it('finds the peer that was not heard for longer than the timeout', () => {
    const monitor = new HeartbeatMonitor<string>(TIMES)
    monitor.heard('a', 0)
    monitor.heard('b', 0)
    expect(looked(monitor, 500, 5000)).toEqual([])
    monitor.heard('b', 5000)
    expect(looked(monitor, 5500, 10_000)).toEqual([])
    expect(monitor.silent(10_500)).toEqual([{peer: 'a', silentMs: 10_500}])
    expect(monitor.silenceMs('b', 10_500)).toBe(5500)
  })

  it('forgets', () => {
    const monitor = new HeartbeatMonitor<string>(TIMES)
    monitor.heard('a', 0)
    monitor.forget('a')
    expect(looked(monitor, 500, 20_000)).toEqual([])
    expect(monitor.silenceMs('a', 1)).toBeUndefined()
  })

  it('gives everybody another timeout after it was stopped itself', () => {
    const monitor = new HeartbeatMonitor<string>(TIMES)
    monitor.heard('a', 0)
    expect(looked(monitor, 500, 1000)).toEqual([])
    expect(looked(monitor, 3_600_000, 3_610_000)).toEqual([])
    expect(monitor.silent(3_610_500)).toEqual([{peer: 'a', silentMs: 10_500}])
  })
})
