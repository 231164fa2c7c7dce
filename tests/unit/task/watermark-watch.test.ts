// Goal: a user whose windows do not fire learns, once, which source event time waits for; a job whose event time moves hears nothing.
// Method: valves and the watch with a clock that is moved by hand; whole sentences.
import {beforeEach, describe, expect, it} from 'vitest'
import type {TaskDeployment} from '../../../src/graph/index.js'
import {StatusWatermarkValve} from '../../../src/task/status-watermark-valve.js'
import {WatermarkWatch} from '../../../src/task/watermark-watch.js'

let nowMs: number
let said: string[]
let valve: StatusWatermarkValve
let watch: WatermarkWatch

beforeEach(() => {
  nowMs = 1_000_000
  said = []
  valve = new StatusWatermarkValve(4, () => {})
  const gates = [
    gateOf({name: 'Source: clicks', parallelism: 2, sources: []}),
    gateOf({name: 'Map', parallelism: 2, sources: ['Source: orders']}),
  ]
  const deployment = {vertexName: 'Window', inputGates: gates} as unknown as TaskDeployment
  watch = new WatermarkWatch(deployment, {nowMs: () => nowMs, notify: (sentence) => said.push(sentence)})
})

function gateOf(producer: {name: string; parallelism: number; sources: string[]}) {
  return {inputIndex: 0, producer, channels: [{producerSubtask: 0}, {producerSubtask: 1}]}
}

/** A second of watermarks: those channels come to `timestampMs`. */
function second(timestampMs: number, ...channels: number[]): void {
  nowMs += 1000
  for (const channel of channels) {
    valve.inputWatermark(channel, timestampMs)
    watch.look(0, valve)
  }
}

describe('WatermarkWatch', () => {
  it('names the source that has sent none, once, after ten seconds', () => {
    for (let time = 1; time <= 10; time++) second(time * 1000, 0, 1, 2)
    expect(said).toEqual([])
    for (let time = 11; time <= 30; time++) second(time * 1000, 0, 1, 2)
    expect(said).toEqual([
      'event time at "Window" has not begun: for 10 s watermarks have come from others, but none from "Map" (subtask 2 of 2), which reads "Source: orders"\n' +
        "  → If that source may be quiet, give its watermark strategy withIdleness('1 min').",
    ])
  })

  it('says where event time stands when it has begun', () => {
    second(5000, 0, 1, 2, 3)
    for (let time = 6; time <= 20; time++) second(time * 1000, 0, 2, 3)
    expect(said[0]).toMatch(
      /^event time at "Window" stands at 1970-01-01T00:00:05\.000Z: .* none from "Source: clicks" \(subtask 2 of 2\)\n/,
    )
  })

  it('is quiet while event time moves, however slowly, and about idle and ended sources', () => {
    for (let time = 1; time <= 30; time++) second(time, 0, 1, 2, 3)
    valve.inputStatus(3, 'idle')
    for (let time = 31; time <= 60; time++) second(time, 0, 1, 2)
    valve.channelFinished(2)
    for (let time = 61; time <= 90; time++) second(time, 0, 1)
    expect(said).toEqual([])
  })

  it('is quiet when nothing comes', () => {
    second(1000, 0)
    nowMs += 60_000
    expect(said).toEqual([])
  })
})
