// Goal: each of Flink's chaining conditions decides by itself.
// Method: a pair of operators that meets all conditions, then for each condition a change that breaks only that one; the
// job graph must then have two vertices instead of one.
import {describe, expect, it} from 'vitest'
import {
  Chaining,
  type ChainingCondition,
  type ChainingOptions,
  StreamGraph,
  type StreamNodeSpec,
} from '../../../src/graph/index.js'
import {jobGraphOf, node} from './graph-examples.js'

const ALL_ON: ChainingOptions = {chainingEnabled: true, chainDifferentMaxParallelism: true}

function pair(up: Partial<StreamNodeSpec>, down: Partial<StreamNodeSpec>, edge = {}): StreamGraph {
  const graph = new StreamGraph()
  const source = graph.addSource(node('up', up))
  const target = graph.addOperator(node('down', down))
  graph.addEdge({source, target, ...edge})
  return graph
}

function withSecondInput(target: Partial<StreamNodeSpec>, targetInputIndex: number): StreamGraph {
  const graph = pair({}, target)
  const other = graph.addSource(node('other'))
  graph.addEdge({source: other, target: 2, targetInputIndex})
  return graph
}

const CASES: readonly (readonly [ChainingCondition, string, StreamGraph, Partial<ChainingOptions>])[] = [
  ['single input', 'two inputs', withSecondInput({}, 1), {}],
  ['chaining enabled', 'switched off', pair({}, {}), {chainingEnabled: false}],
  ['same slot sharing group', 'a group of its own', pair({}, {slotSharingGroup: 'other'}), {}],
  ['not yielding behind a legacy source', 'both', pair({legacySource: true}, {yielding: true}), {}],
  ['chaining strategies agree', 'upstream NEVER', pair({chaining: 'NEVER'}, {}), {}],
  ['chaining strategies agree', 'downstream HEAD', pair({}, {chaining: 'HEAD'}), {}],
  ['chaining strategies agree', 'downstream NEVER', pair({}, {chaining: 'NEVER'}), {}],
  [
    'same parallelism',
    'other max parallelism, not wanted',
    pair({maxParallelism: 64}, {maxParallelism: 32}),
    {chainDifferentMaxParallelism: false},
  ],
  ['forward and not batch', 'rescale', pair({}, {}, {partitioner: {kind: 'rescale'}}), {}],
  ['forward and not batch', 'a batch exchange', pair({}, {}, {exchangeMode: 'BATCH'}), {}],
  ['not a union', 'two sources into one input', withSecondInput({chaining: 'HEAD_WITH_SOURCES'}, 0), {}],
]

describe('chaining', () => {
  it('joins operators that meet all conditions', () => {
    const graph = pair({}, {})
    expect(new Chaining(graph, ALL_ON).broken(graph.edges[0])).toEqual([])
    expect(jobGraphOf(graph).vertices.map((vertex) => vertex.name)).toEqual(['Source: up -> down'])
  })

  it.each(CASES)('%s: %s', (condition, _how, graph, options) => {
    expect(new Chaining(graph, {...ALL_ON, ...options}).broken(graph.edges[0])).toEqual([condition])
    expect(jobGraphOf(graph, options).vertices.length).toBe(graph.nodes.length)
  })

  it('same parallelism: another parallelism (which is then no forward edge either)', () => {
    const graph = pair({}, {parallelism: 3})
    expect(new Chaining(graph, ALL_ON).broken(graph.edges[0])).toEqual(['same parallelism', 'forward and not batch'])
  })

  it('max parallelism may differ by default; the chain takes the smaller', () => {
    const [vertex, ...others] = jobGraphOf(pair({maxParallelism: 64}, {maxParallelism: 32})).vertices
    expect([others.length, vertex.maxParallelism]).toEqual([0, 32])
  })

  it('a yielding operator is kept from a legacy source also when another operator stands between', () => {
    const graph = new StreamGraph()
    const source = graph.addSource(node('legacy', {legacySource: true}))
    const map = graph.addOperator(node('map'))
    const wait = graph.addOperator(node('wait', {yielding: true}))
    graph.addEdge({source, target: map})
    graph.addEdge({source: map, target: wait})
    expect(jobGraphOf(graph).vertices.map((vertex) => vertex.name)).toEqual(['Source: legacy -> map', 'wait'])
  })

  it('the exception of the first: a source with one output may join a HEAD_WITH_SOURCES operator', () => {
    const graph = withSecondInput({chaining: 'HEAD_WITH_SOURCES'}, 1)
    const chaining = new Chaining(graph, ALL_ON)
    expect(graph.edges.map((edge) => chaining.broken(edge))).toEqual([[], []])
  })

  it('HEAD_WITH_SOURCES takes only sources', () => {
    const graph = new StreamGraph()
    const map = graph.addOperator(node('map'))
    const head = graph.addOperator(node('head', {chaining: 'HEAD_WITH_SOURCES'}))
    graph.addEdge({source: map, target: head})
    expect(new Chaining(graph, ALL_ON).broken(graph.edges[0])).toEqual(['chaining strategies agree'])
  })
})
