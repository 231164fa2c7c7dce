// Goal: the sentence names the culprit and not its victims.
// Method: job views as they would look in each situation, whole sentences.
import {describe, expect, it} from 'vitest'
import {findBottleneck, type RatesView, type VertexView} from '../../../src/metrics/index.js'
import {edge, jobView, rates, vertex} from '../../support/job-view-examples.js'

type Shares = readonly [busy: number, idle: number, backPressured: number]

const shares = ([busyShare, idleShare, backPressuredShare]: Shares): RatesView =>
  rates({busyShare, idleShare, backPressuredShare})

/** Vertices in a row, each with its shares. */
function pipeline(given: Readonly<Record<string, Shares>>, more: Partial<VertexView> = {}): string {
  const names = Object.keys(given)
  return findBottleneck(
    jobView({
      vertices: names.map((name) => vertex(name, {rates: shares(given[name]), ...more})),
      edges: names.slice(1).map((name, i) => edge(names[i], name)),
    }),
  )
}

describe('findBottleneck', () => {
  it('names the vertex where the backpressure ends, not those behind it', () => {
    const shown = {lines: [0.1, 0, 0.9], words: [0.25, 0.04, 0.71], count: [0.94, 0.06, 0], out: [0.1, 0.9, 0]} as const
    expect(pipeline(shown)).toBe('count is the bottleneck: 94 % busy, its input is backpressured 71 %')
  })

  it('a culprit that is itself a little backpressured', () => {
    const shown = {lines: [0.1, 0, 0.9], words: [0.75, 0, 0.25], count: [0.5, 0.5, 0]} as const
    expect(pipeline(shown)).toBe('words is the bottleneck: 75 % busy, its input is backpressured 90 %')
  })

  it('the sink', () => {
    expect(pipeline({lines: [0.3, 0, 0.7], out: [0.98, 0.02, 0]})).toBe(
      'out is the bottleneck: 98 % busy, its input is backpressured 70 %',
    )
  })

  it('the outside behind the sink', () => {
    expect(pipeline({lines: [0.1, 0, 0.9], out: [0.1, 0.1, 0.8]})).toBe(
      'the output is the bottleneck: out waits 80 % of the time for what it writes to',
    )
  })

  it('the source', () => {
    expect(pipeline({lines: [0.99, 0.01, 0], count: [0.2, 0.8, 0]})).toBe(
      'lines (the source) is the bottleneck: 99 % busy, not backpressured',
    )
    expect(pipeline({lines: [0.8, 0.1, 0.1], count: [0.2, 0.8, 0]})).toBe(
      'lines (the source) is the bottleneck: 80 % busy, backpressured only 10 %',
    )
  })

  it('the input', () => {
    expect(pipeline({lines: [0.01, 0.99, 0], count: [0, 1, 0]})).toBe(
      'the job waits for input: lines is idle 99 % of the time',
    )
  })

  it('a busy vertex that keeps up', () => {
    expect(pipeline({lines: [0.3, 0.65, 0.05], count: [0.8, 0.2, 0]})).toBe(
      'count is the busiest: 80 % busy, its input keeps up',
    )
  })

  it('nothing', () => {
    expect(pipeline({lines: [0.4, 0.3, 0.05], count: [0.3, 0.7, 0]})).toBe(
      'nothing is the bottleneck: the busiest, lines, is 40 % busy',
    )
    expect(findBottleneck(jobView())).toBe('nothing has run yet')
    expect(pipeline({lines: [0, 0, 0]}, {state: 'DEPLOYING'})).toBe('nothing has run yet')
  })

  it('one subtask that works alone is named', () => {
    const lines = vertex('lines', {rates: shares([0.1, 0, 0.9])})
    const even = vertex('count', {parallelism: 4, rates: shares([0.26, 0.74, 0])})
    const subtasks = even.subtasks.map((one, i) => ({
      ...one,
      rates: shares(i === 2 ? [0.98, 0.02, 0] : [0.02, 0.98, 0]),
    }))
    const view = jobView({vertices: [lines, {...even, subtasks}], edges: [edge('lines', 'count')]})
    expect(findBottleneck(view)).toBe(
      'count is the bottleneck: subtask 2 is 98 % busy, all together 26 %, its input is backpressured 90 %',
    )
  })

  it('what has finished is not compared with what runs', () => {
    const lines = vertex('lines', {state: 'FINISHED', rates: shares([0.1, 0, 0.9])})
    const count = vertex('count', {rates: shares([0.9, 0.1, 0])})
    const view = jobView({vertices: [lines, count], edges: [edge('lines', 'count')]})
    expect(findBottleneck(view)).toBe('count is the busiest: 90 % busy, its input keeps up')
  })

  it('of a finished job: over the whole run', () => {
    expect(pipeline({lines: [0.3, 0, 0.7], count: [0.9, 0.1, 0]}, {state: 'FINISHED'})).toBe(
      'count is the bottleneck: 90 % busy, its input is backpressured 70 %',
    )
  })
})
