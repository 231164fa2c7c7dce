// Goal: the job graph is what Flink would build: vertices, names, wiring inside chains, data sets, groups.
// Method: small programs, whole graphs.
import {describe, expect, it} from 'vitest'
import {formatSlotsRequired, graphDigest, StreamGraph, slotsRequired} from '../../../src/graph/index.js'
import {jobGraphOf, node, wordCountGraph} from './graph-examples.js'

const branching = (): StreamGraph => {
  const graph = new StreamGraph()
  const [a, b, c] = ['a', 'b', 'c'].map((name) => graph.addOperator(node(name)))
  const late = graph.addSink(node('late'))
  graph.addEdge({source: a, target: b})
  graph.addEdge({source: a, target: c})
  graph.addEdge({source: a, target: late, partitioner: {kind: 'rebalance'}, outputTag: 'late'})
  return graph
}

describe('createJobGraph', () => {
  it('word count', () => {
    const graph = jobGraphOf(wordCountGraph(3))
    const [lines, count] = graph.vertices
    const dataSetId = lines.producedDataSets[0].dataSetId
    expect(graph).toEqual({
      jobId: '0'.repeat(32),
      name: 'test job',
      mode: 'batch',
      bufferTimeoutMs: 10,
      config: {},
      vertices: [
        {
          vertexId: 'f362c87ffabe89c8a91fa7d0a523ba6c',
          name: 'Source: lines -> words',
          parallelism: 2,
          maxParallelism: 128,
          slotSharingGroup: 'default',
          operators: [
            {
              operatorId: 'f362c87ffabe89c8a91fa7d0a523ba6c',
              name: 'Source: lines',
              factory: 'lines',
              config: {},
              outputs: [{kind: 'chained', operatorIndex: 1, inputIndex: 0}],
            },
            {
              operatorId: lines.operators[1].operatorId,
              name: 'words',
              factory: 'words',
              config: {},
              outputs: [{kind: 'partition', partitionIndex: 0}],
            },
          ],
          input: {kind: 'stdin'},
          producedDataSets: [{dataSetId, type: 'PIPELINED_BOUNDED'}],
        },
        {
          vertexId: '1fda57489fc99cc8f66c9108fd52ccef',
          name: 'count -> out: Writer',
          parallelism: 3,
          maxParallelism: 128,
          slotSharingGroup: 'default',
          operators: [
            {
              operatorId: '1fda57489fc99cc8f66c9108fd52ccef',
              name: 'count',
              factory: 'count',
              config: {},
              outputs: [{kind: 'chained', operatorIndex: 1, inputIndex: 0}],
            },
            {
              operatorId: '8409efe6adc6d20787611f16017c808f',
              name: 'out: Writer',
              factory: 'out',
              config: {},
              outputs: [],
            },
          ],
          producedDataSets: [],
        },
      ],
      edges: [
        {
          dataSetId,
          source: lines.vertexId,
          target: count.vertexId,
          targetInputIndex: 0,
          distribution: 'ALL_TO_ALL',
          partitioner: {kind: 'hash', keyColumn: 0},
        },
      ],
    })
  })

  it('is plain data', () => {
    const graph = jobGraphOf(branching())
    expect(JSON.parse(JSON.stringify(graph))).toEqual(graph)
  })

  it('a branch inside a chain and a side output out of it', () => {
    const [chain, late] = jobGraphOf(branching()).vertices
    expect([chain.name, late.name]).toEqual(['a -> (b, c)', 'late: Writer'])
    expect(chain.operators.map((operator) => operator.outputs)).toEqual([
      [
        {kind: 'chained', operatorIndex: 1, inputIndex: 0},
        {kind: 'chained', operatorIndex: 2, inputIndex: 0},
        {kind: 'partition', partitionIndex: 0, outputTag: 'late'},
      ],
      [],
      [],
    ])
  })

  it('a union: several edges into one input', () => {
    const graph = new StreamGraph()
    const [a, b] = ['a', 'b'].map((name) => graph.addSource(node(name)))
    const both = graph.addOperator(node('both'))
    graph.addEdge({source: a, target: both})
    graph.addEdge({source: b, target: both})
    const {vertices, edges} = jobGraphOf(graph)
    expect(vertices.map((vertex) => vertex.name)).toEqual(['Source: a', 'Source: b', 'both'])
    expect(edges.map((edge) => [edge.targetInputIndex, edge.distribution])).toEqual([
      [0, 'POINTWISE'],
      [0, 'POINTWISE'],
    ])
    expect(new Set(edges.map((edge) => edge.dataSetId)).size).toBe(2)
  })

  it('a batch exchange makes a blocking result', () => {
    const graph = new StreamGraph()
    const source = graph.addSource(node('a'))
    const target = graph.addOperator(node('b'))
    graph.addEdge({source, target, exchangeMode: 'BATCH'})
    expect(jobGraphOf(graph).vertices[0].producedDataSets[0].type).toBe('BLOCKING')
  })

  it('slot sharing groups are inherited where the inputs agree', () => {
    const graph = new StreamGraph()
    const a = graph.addSource(node('a', {slotSharingGroup: 'x'}))
    const b = graph.addSource(node('b', {slotSharingGroup: 'y'}))
    const ofA = graph.addOperator(node('ofA', {chaining: 'NEVER'}))
    const join = graph.addOperator(node('join'))
    graph.addEdge({source: a, target: ofA})
    graph.addEdge({source: ofA, target: join})
    graph.addEdge({source: b, target: join, targetInputIndex: 1})
    const groups = jobGraphOf(graph).vertices.map((vertex) => [vertex.name, vertex.slotSharingGroup])
    expect(Object.fromEntries(groups)).toEqual({
      'Source: a': 'x',
      'Source: b': 'y',
      ofA: 'x',
      join: 'default',
    })
  })
})

describe('slotsRequired', () => {
  it('is the highest parallelism with slot sharing', () => {
    const required = slotsRequired(jobGraphOf(wordCountGraph(3)))
    expect(required).toEqual({
      total: 3,
      groups: [
        {
          name: 'default',
          slots: 3,
          vertices: [
            {name: 'Source: lines -> words', parallelism: 2},
            {name: 'count -> out: Writer', parallelism: 3},
          ],
        },
      ],
    })
    expect(formatSlotsRequired(required)).toBe('3 (max of Source: lines -> words 2, count -> out: Writer 3)')
  })

  it('is the sum of the parallelisms without', () => {
    const required = slotsRequired(jobGraphOf(wordCountGraph(3), {slotSharing: false}))
    expect(required.total).toBe(5)
    expect(formatSlotsRequired(required)).toBe('5 = 2 (Source: lines -> words 2) + 3 (count -> out: Writer 3)')
  })
})

describe('graphDigest', () => {
  it('does not depend on the job id or the order of keys', () => {
    const graph = jobGraphOf(wordCountGraph())
    const {vertices, ...rest} = graph
    expect(graphDigest({vertices, ...rest, jobId: 'f'.repeat(32) as typeof graph.jobId})).toBe(graphDigest(graph))
  })

  it('depends on everything else', () => {
    expect(graphDigest(jobGraphOf(wordCountGraph(3)))).not.toBe(graphDigest(jobGraphOf(wordCountGraph(2))))
  })
})
