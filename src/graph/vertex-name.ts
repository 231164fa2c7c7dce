import type {OperatorChainPlan} from './operator-chains.js'
import type {StreamGraph} from './stream-graph.js'
import type {StreamNode} from './stream-node.js'

/**
 * Flink's name of a chain: `Source: lines -> words`, `a -> (b, c)` where it branches.
 * Source: Flink 2.3 StreamingJobGraphGenerator#createChainedName.
 */
export function vertexName(graph: StreamGraph, chain: OperatorChainPlan): string {
  const nameFrom = (node: StreamNode): string => {
    const chained = graph.outEdges(node.nodeId).filter((edge) => chain.isInside(edge))
    const names = chained.map((edge) => nameFrom(graph.node(edge.target)))
    if (names.length === 0) return node.name
    return names.length === 1 ? `${node.name} -> ${names[0]}` : `${node.name} -> (${names.join(', ')})`
  }
  return nameFrom(chain.head)
}
