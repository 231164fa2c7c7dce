import type {ChainedOperatorSpec, JobEdgeSpec, JobGraphSpec, JobVertexSpec} from '../specs.js'

/** An operator's place in a plan, as Flink's plans have it. */
export interface PlanNode {
  /** Counts up from 1; predecessors have smaller numbers. */
  readonly id: number
  readonly operator: ChainedOperatorSpec
  readonly vertex: JobVertexSpec
  readonly pact: 'Data Source' | 'Operator' | 'Data Sink'
  readonly predecessors: readonly PlanEdge[]
}

export interface PlanEdge {
  /** The node that records come from. */
  readonly id: number
  /** FORWARD, HASH, REBALANCE, … */
  readonly shipStrategy: string
  /** Inside of a chain: a plain call. */
  readonly isChained: boolean
}

/** The operators of a job one by one, with the edges between them, chained or not. */
export function jobPlan(graph: JobGraphSpec): readonly PlanNode[] {
  const places = graph.vertices.flatMap((vertex) => vertex.operators.map((operator) => ({vertex, operator})))
  const ids = new Map(places.map(({operator}, index) => [operator.operatorId, index + 1]))
  const edges = graph.vertices.flatMap((vertex) => edgesOf(graph, vertex))
  return places.map(({vertex, operator}, index) => {
    const predecessors = edges
      .filter(({to}) => to === operator)
      .map(({from, shipStrategy, isChained}) => ({id: ids.get(from.operatorId)!, shipStrategy, isChained}))
    return {id: index + 1, operator, vertex, pact: pactOf(operator, predecessors), predecessors}
  })
}

interface OperatorEdge extends Omit<PlanEdge, 'id'> {
  readonly from: ChainedOperatorSpec
  readonly to: ChainedOperatorSpec
}

function edgesOf(graph: JobGraphSpec, vertex: JobVertexSpec): OperatorEdge[] {
  return vertex.operators.flatMap((from) =>
    from.outputs.map((output): OperatorEdge => {
      if (output.kind === 'chained')
        return {from, to: vertex.operators[output.operatorIndex], shipStrategy: 'FORWARD', isChained: true}
      const edge = edgeOf(graph, vertex, output.partitionIndex)
      const target = graph.vertices.find(({vertexId}) => vertexId === edge.target)!
      return {from, to: target.operators[0], shipStrategy: edge.partitioner.kind.toUpperCase(), isChained: false}
    }),
  )
}

function edgeOf(graph: JobGraphSpec, vertex: JobVertexSpec, partitionIndex: number): JobEdgeSpec {
  const {dataSetId} = vertex.producedDataSets[partitionIndex]
  return graph.edges.find((edge) => edge.dataSetId === dataSetId)!
}

function pactOf({outputs}: ChainedOperatorSpec, predecessors: readonly unknown[]): PlanNode['pact'] {
  if (predecessors.length === 0) return 'Data Source'
  return outputs.length === 0 ? 'Data Sink' : 'Operator'
}
