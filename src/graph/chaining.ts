import {slotSharingGroups} from './slot-sharing-groups.js'
import type {StreamGraph} from './stream-graph.js'
import type {StreamEdge, StreamNode} from './stream-node.js'

export interface ChainingOptions {
  /** Flink's `pipeline.operator-chaining.enabled`. */
  readonly chainingEnabled: boolean
  /** Flink's `pipeline.operator-chaining.chain-operators-with-different-max-parallelism`. */
  readonly chainDifferentMaxParallelism: boolean
}

/** The conditions that two neighbours must meet to run in one task, by the names that `broken` gives. */
export type ChainingCondition =
  | 'single input'
  | 'chaining enabled'
  | 'same slot sharing group'
  | 'not yielding behind a legacy source'
  | 'chaining strategies agree'
  | 'same parallelism'
  | 'forward and not batch'
  | 'not a union'

interface Neighbours {
  readonly edge: StreamEdge
  readonly up: StreamNode
  readonly down: StreamNode
}

/**
 * Decides which edges join two operators in one task.
 *
 * An operator always has a factory here, so of Flink's fourth condition the part about yielding operators is left.
 *
 * Source   Flink 2.3 StreamingJobGraphGenerator#isChainable, areOperatorsChainable.
 */
export class Chaining {
  private readonly groups: ReadonlyMap<number, string>

  constructor(
    private readonly graph: StreamGraph,
    private readonly options: ChainingOptions,
  ) {
    this.groups = slotSharingGroups(graph)
  }

  isChainable(edge: StreamEdge): boolean {
    return this.broken(edge).length === 0
  }

  /** The conditions that this edge does not meet, in Flink's order. */
  broken(edge: StreamEdge): readonly ChainingCondition[] {
    const ends = {edge, up: this.graph.node(edge.source), down: this.graph.node(edge.target)}
    const held: Record<ChainingCondition, boolean> = {
      'single input': this.hasSingleInput(ends),
      'chaining enabled': this.options.chainingEnabled,
      'same slot sharing group': this.groups.get(edge.source) === this.groups.get(edge.target),
      'not yielding behind a legacy source': !(ends.down.yielding && this.headOf(ends.up).legacySource),
      'chaining strategies agree': strategiesAgree(ends),
      'same parallelism': this.hasSameParallelism(ends),
      'forward and not batch': edge.partitioner.kind === 'forward' && edge.exchangeMode !== 'BATCH',
      'not a union': !this.isUnion(edge),
    }
    return (Object.keys(held) as ChainingCondition[]).filter((condition) => !held[condition])
  }

  private hasSingleInput({up, down}: Neighbours): boolean {
    if (this.graph.inEdges(down.nodeId).length === 1) return true
    const isOnlyOutput = this.graph.outEdges(up.nodeId).length === 1
    return down.chaining === 'HEAD_WITH_SOURCES' && up.kind === 'source' && isOnlyOutput
  }

  private hasSameParallelism({up, down}: Neighbours): boolean {
    if (up.parallelism !== down.parallelism) return false
    return this.options.chainDifferentMaxParallelism || up.maxParallelism === down.maxParallelism
  }

  private isUnion(edge: StreamEdge): boolean {
    const sameInput = this.graph
      .inEdges(edge.target)
      .filter((other) => other.targetInputIndex === edge.targetInputIndex)
    return sameInput.length > 1
  }

  private headOf(node: StreamNode): StreamNode {
    const inEdges = this.graph.inEdges(node.nodeId)
    if (inEdges.length !== 1 || !this.isChainable(inEdges[0])) return node
    return this.headOf(this.graph.node(inEdges[0].source))
  }
}

function strategiesAgree({up, down}: Neighbours): boolean {
  if (up.chaining === 'NEVER') return false
  if (down.chaining === 'HEAD_WITH_SOURCES') return up.kind === 'source'
  return down.chaining === 'ALWAYS'
}
