// Goal: a program that cannot run is refused where the wrong call is made, in one sentence.
// Method: each wrong call once, with its whole message.
import {describe, expect, it} from 'vitest'
import {FtsError} from '../../../src/core/index.js'
import {StreamGraph} from '../../../src/graph/index.js'
import {node} from './graph-examples.js'

function refusal(call: () => unknown): FtsError {
  try {
    call()
  } catch (error) {
    if (error instanceof FtsError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

describe('StreamGraph', () => {
  it('takes forward between equal parallelisms and rebalance between others', () => {
    const graph = new StreamGraph()
    const [a, b, c] = [node('a'), node('b'), node('c', {parallelism: 3})].map((spec) => graph.addOperator(spec))
    graph.addEdge({source: a, target: b})
    graph.addEdge({source: b, target: c})
    expect(graph.edges.map((edge) => edge.partitioner.kind)).toEqual(['forward', 'rebalance'])
  })

  it('names sources and sink writers as Flink does', () => {
    const graph = new StreamGraph()
    graph.addSource(node('lines'))
    graph.addSink(node('out'))
    expect(graph.nodes.map(({nodeId, kind, name}) => [nodeId, kind, name])).toEqual([
      [1, 'source', 'Source: lines'],
      [2, 'sink', 'out: Writer'],
    ])
  })

  it('refuses an explicit forward between unequal parallelisms', () => {
    const graph = new StreamGraph()
    const a = graph.addSource(node('a'))
    const b = graph.addOperator(node('b', {parallelism: 3}))
    const error = refusal(() => graph.addEdge({source: a, target: b, partitioner: {kind: 'forward'}}))
    expect([error.kind, error.code]).toEqual(['user', 'FTS_FORWARD_PARALLELISM'])
    expect(error.message).toBe('forward needs the same parallelism at both ends, but "Source: a" has 2 and "b" has 3')
  })

  it('refuses a uid that is used twice', () => {
    const graph = new StreamGraph()
    graph.addOperator(node('a', {uid: 'x'}))
    const error = refusal(() => graph.addOperator(node('b', {uid: 'x'})))
    expect([error.kind, error.code]).toEqual(['user', 'FTS_DUPLICATE_UID'])
    expect(error.message).toBe('the uid "x" is used twice, by "a" and by "b": an operator finds its state by its uid')
  })

  it.each([0, 1.5, 32769])('refuses parallelism %d', (parallelism) => {
    expect(refusal(() => new StreamGraph().addOperator(node('a', {parallelism}))).code).toBe('FTS_PARALLELISM')
  })

  it('refuses a max parallelism below the parallelism', () => {
    const error = refusal(() => new StreamGraph().addOperator(node('a', {parallelism: 4, maxParallelism: 3})))
    expect([error.kind, error.code]).toEqual(['user', 'FTS_MAX_PARALLELISM'])
  })

  it('refuses a cycle', () => {
    const graph = new StreamGraph()
    const [a, b, c] = ['a', 'b', 'c'].map((name) => graph.addOperator(node(name)))
    graph.addEdge({source: a, target: b})
    graph.addEdge({source: b, target: c})
    graph.addEdge({source: c, target: b})
    const error = refusal(() => graph.inTopologicalOrder())
    expect([error.kind, error.code]).toEqual(['user', 'FTS_GRAPH_CYCLE'])
    expect(error.message).toContain('"b", "c"')
  })
})
