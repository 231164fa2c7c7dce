/**
 * Goal    A job's plan tells every operator once, with the edges that lead to it, in Flink's form and as a flowchart; and how many network segments
 *         a slot needs.
 * Method  Graphs built by hand, with chains, a branch, a union and two groups; whole plans compared.
 */
import {describe, expect, it} from 'vitest'
import {jobId} from '../../../src/core/index.js'
import {
  createJobGraph,
  jobPlan,
  networkSegmentsPerSlot,
  planJson,
  planMermaid,
  StreamGraph,
} from '../../../src/graph/index.js'

/** read ─▶ parse ─hash─▶ count ─▶ out, and parse ─▶ bad, which is of another group. */
function example() {
  const graph = new StreamGraph()
  const common = {factory: 'f', config: null}
  const read = graph.addSource({...common, name: 'read', parallelism: 2})
  const parse = graph.addOperator({...common, name: 'parse "x"', parallelism: 2})
  const count = graph.addOperator({...common, name: 'count', parallelism: 3})
  const out = graph.addSink({...common, name: 'out', parallelism: 1})
  const bad = graph.addSink({...common, name: 'bad', parallelism: 2, slotSharingGroup: 'other'})
  graph.addEdge({source: read, target: parse})
  graph.addEdge({source: parse, target: count, partitioner: {kind: 'hash'}})
  graph.addEdge({source: count, target: out})
  graph.addEdge({source: parse, target: bad, outputTag: 'bad'})
  return createJobGraph(graph, {jobId: jobId('a'), name: 'example', mode: 'streaming', bufferTimeoutMs: 0, config: {}})
}

describe('a plan', () => {
  it("has Flink's form", () => {
    const edge = (id: number, ship: string) => ({id, ship_strategy: ship, side: 'second'})
    expect(planJson(example()).nodes.map(({contents: _, ...node}) => node)).toEqual([
      {id: 1, type: 'Source: read', pact: 'Data Source', parallelism: 2},
      {id: 2, type: 'parse "x"', pact: 'Operator', parallelism: 2, predecessors: [edge(1, 'FORWARD')]},
      {id: 3, type: 'count', pact: 'Operator', parallelism: 3, predecessors: [edge(2, 'HASH')]},
      {id: 4, type: 'out: Writer', pact: 'Data Sink', parallelism: 1, predecessors: [edge(3, 'REBALANCE')]},
      {id: 5, type: 'bad: Writer', pact: 'Data Sink', parallelism: 2, predecessors: [edge(2, 'FORWARD')]},
    ])
  })

  it('knows what is chained', () => {
    const chained = jobPlan(example()).flatMap(({id, predecessors}) =>
      predecessors.filter(({isChained}) => isChained).map((edge) => [edge.id, id]),
    )
    expect(chained).toEqual([[1, 2]])
  })

  it('is a flowchart', () => {
    expect(planMermaid(example())).toBe(`flowchart LR
  subgraph v1["parallelism 2"]
    n1(["Source: read"])
    n2["parse #quot;x#quot;"]
  end
  subgraph v2["parallelism 3"]
    n3["count"]
  end
  subgraph v3["parallelism 1"]
    n4(["out: Writer"])
  end
  subgraph v4["parallelism 2"]
    n5(["bad: Writer"])
  end
  n1 --> n2
  n2 ==>|hash| n3
  n3 ==>|rebalance| n4
  n2 ==>|forward| n5
`)
  })
})

describe('network segments', () => {
  it('are counted for the fullest slot', () => {
    // default: parse → count 3 + 1, parse → bad 1 + 1, count ← parse 2 × 2, count → out 1 + 1, out ← count 3 × 2; other: 1 × 2.
    expect(networkSegmentsPerSlot(example(), 2)).toBe(4 + 2 + 4 + 2 + 6)
  })
})
