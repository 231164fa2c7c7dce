import type {JobGraphSpec} from '../specs.js'

/**
 * Network segments that the fullest slot needs at least: each output a segment for every consumer and one more, each input those that its
 * channels own. Source: Flink 2.3 NettyShuffleUtils.
 */
export function networkSegmentsPerSlot(graph: JobGraphSpec, buffersPerChannel: number): number {
  const groups = new Map<string, number>()
  const parallelism = new Map(graph.vertices.map((vertex) => [vertex.vertexId, vertex]))
  for (const {source, target, distribution} of graph.edges) {
    const producer = parallelism.get(source)!
    const consumer = parallelism.get(target)!
    const consumers = distribution === 'ALL_TO_ALL' ? consumer.parallelism : ratio(consumer, producer)
    const producers = distribution === 'ALL_TO_ALL' ? producer.parallelism : ratio(producer, consumer)
    add(groups, producer.slotSharingGroup, consumers + 1)
    add(groups, consumer.slotSharingGroup, producers * buffersPerChannel)
  }
  return Math.max(0, ...groups.values())
}

function ratio(of: {readonly parallelism: number}, to: {readonly parallelism: number}): number {
  return Math.max(1, Math.ceil(of.parallelism / to.parallelism))
}

function add(groups: Map<string, number>, group: string, segments: number): void {
  groups.set(group, (groups.get(group) ?? 0) + segments)
}
