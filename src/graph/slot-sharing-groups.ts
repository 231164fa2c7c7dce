import type {StreamGraph} from './stream-graph.js'

/** The group of operators that name none and whose inputs do not agree on one. */
export const DEFAULT_SLOT_SHARING_GROUP = 'default'

/**
 * The slot sharing group of each node, by node id: its own, else that of its inputs if they agree, else `default`.
 *
 * Source   Flink 2.3 StreamGraphGenerator#determineSlotSharingGroup.
 */
export function slotSharingGroups(graph: StreamGraph): ReadonlyMap<number, string> {
  const groups = new Map<number, string>()
  for (const node of graph.inTopologicalOrder()) {
    const inherited = new Set(graph.inEdges(node.nodeId).map((edge) => groups.get(edge.source)!))
    const common = inherited.size === 1 ? [...inherited][0] : DEFAULT_SLOT_SHARING_GROUP
    groups.set(node.nodeId, node.slotSharingGroup ?? common)
  }
  return groups
}
