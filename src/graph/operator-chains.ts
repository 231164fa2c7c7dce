import {assert} from '../core/index.js'
import type {Chaining} from './chaining.js'
import type {StreamGraph} from './stream-graph.js'
import type {StreamEdge, StreamNode} from './stream-node.js'

/** Operators that run in one task, head first, each before those it feeds. */
export interface OperatorChainPlan {
  readonly head: StreamNode
  readonly nodes: readonly StreamNode[]
  /** Edges that leave the chain, in the order of `nodes`. */
  readonly outEdges: readonly StreamEdge[]
  /** Whether the edge joins two operators of a chain. */
  isInside(edge: StreamEdge): boolean
}

/**
 * Cuts the graph into chains, producers first. Edges that leave a chain always lead to the head of another.
 *
 * A task polls one source: the sources in front of a `HEAD_WITH_SOURCES` operator with several inputs, which Flink chains
 * into that operator, stay tasks of their own here.
 */
export function operatorChains(graph: StreamGraph, chaining: Chaining): readonly OperatorChainPlan[] {
  const inside = new Set(
    graph.edges.filter((edge) => graph.inEdges(edge.target).length === 1 && chaining.isChainable(edge)),
  )
  const isInside = (edge: StreamEdge): boolean => inside.has(edge)
  const chainFrom = (head: StreamNode): StreamNode[] => [
    head,
    ...graph
      .outEdges(head.nodeId)
      .filter(isInside)
      .flatMap((edge) => chainFrom(graph.node(edge.target))),
  ]
  const heads = graph.inTopologicalOrder().filter((node) => !graph.inEdges(node.nodeId).some(isInside))
  const chains = heads.map((head) => {
    const nodes = chainFrom(head)
    const outEdges = nodes.flatMap((node) => graph.outEdges(node.nodeId).filter((edge) => !isInside(edge)))
    return {head, nodes, outEdges, isInside}
  })
  const chained = chains.reduce((sum, chain) => sum + chain.nodes.length, 0)
  assert(chained === graph.nodes.length, 'every operator is in one chain', {chained, nodes: graph.nodes.length})
  return chains
}
