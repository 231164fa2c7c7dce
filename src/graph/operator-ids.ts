import {type OperatorId, operatorId} from '../core/index.js'
import type {Chaining} from './chaining.js'
import {murmur3Hash128} from './murmur3-128.js'
import type {StreamGraph} from './stream-graph.js'
import type {StreamNode} from './stream-node.js'

const utf8 = new TextEncoder()

/** The id Flink gives to an operator with this uid. Source: Flink 2.3 StreamGraphHasherV2. */
export function operatorIdOfUid(uid: string): OperatorId {
  return operatorId(murmur3Hash128(utf8.encode(uid)))
}

/**
 * The ids of all operators by node id: from the uid where there is one, else from the operator's place (its position in
 * topological order, how many operators are chained behind it, and the ids before it), so that the same program gives
 * the same ids and a changed topology gives others.
 */
export function operatorIds(graph: StreamGraph, chaining: Chaining): ReadonlyMap<number, OperatorId> {
  const ids = new Map<number, OperatorId>()
  for (const [position, node] of graph.inTopologicalOrder().entries()) {
    const place = () => placeOf(graph, chaining, ids, node, position)
    ids.set(node.nodeId, node.uid === undefined ? operatorIdOfUid(place()) : operatorIdOfUid(node.uid))
  }
  return ids
}

function placeOf(
  graph: StreamGraph,
  chaining: Chaining,
  ids: ReadonlyMap<number, OperatorId>,
  node: StreamNode,
  position: number,
): string {
  const chainedAfter = graph.outEdges(node.nodeId).filter((edge) => chaining.isChainable(edge)).length
  const inputs = graph.inEdges(node.nodeId).map((edge) => `${edge.targetInputIndex}:${ids.get(edge.source)}`)
  // The NUL keeps a place from being some other operator's uid.
  return `\0place ${position} ${chainedAfter} ${inputs.join(' ')}`
}
