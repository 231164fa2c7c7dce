import {
  type DataSetId,
  dataSetId,
  defaultMaxParallelism,
  type JobId,
  type JobVertexId,
  jobVertexId,
  type OperatorId,
} from '../core/index.js'
import {Chaining} from './chaining.js'
import {murmur3Hash128} from './murmur3-128.js'
import {type OperatorChainPlan, operatorChains} from './operator-chains.js'
import {operatorIds} from './operator-ids.js'
import {slotSharingGroups} from './slot-sharing-groups.js'
import type {ChainedOperatorSpec, ChainOutput, JobEdgeSpec, JobGraphSpec, JobVertexSpec} from './specs.js'
import type {StreamGraph} from './stream-graph.js'
import type {StreamEdge, StreamNode} from './stream-node.js'
import {vertexName} from './vertex-name.js'

export interface JobGraphOptions {
  readonly jobId: JobId
  readonly name: string
  readonly mode: 'batch' | 'streaming'
  /** See JobGraphSpec. */
  readonly checkpointsInput?: true
  readonly bufferTimeoutMs: number
  /** Default: true. */
  readonly chainingEnabled?: boolean
  /** Default: true. */
  readonly chainDifferentMaxParallelism?: boolean
  /** False gives every vertex a group of its own, so that a slot holds one task. Default: true. */
  readonly slotSharing?: boolean
  /** Settings of the job (`-D`), by option key. */
  readonly config: Readonly<Record<string, string>>
}

/**
 * Joins chainable operators into vertices.
 *
 *   Source: lines ─forward─▶ words ─hash─▶ count ─forward─▶ out: Writer
 *   └────── vertex 0 ──────────┘           └───── vertex 1 ─────────┘
 *
 * A vertex's id is the operator id of its head; every edge between vertices is a data set of its own.
 *
 * Errors   `user` FTS_GRAPH_CYCLE.
 * Source   Flink 2.3 StreamingJobGraphGenerator.
 */
export function createJobGraph(graph: StreamGraph, options: JobGraphOptions): JobGraphSpec {
  const {jobId, name, mode, checkpointsInput, bufferTimeoutMs, config} = options
  const checkpoints = checkpointsInput === undefined ? {} : {checkpointsInput}
  return {jobId, name, mode, ...checkpoints, bufferTimeoutMs, ...new JobGraphBuilder(graph, options).build(), config}
}

class JobGraphBuilder {
  private readonly ids: ReadonlyMap<number, OperatorId>
  private readonly groups: ReadonlyMap<number, string>
  private readonly chains: readonly OperatorChainPlan[]
  private readonly slotSharing: boolean

  constructor(
    private readonly graph: StreamGraph,
    options: JobGraphOptions,
  ) {
    const {chainingEnabled = true, chainDifferentMaxParallelism = true, slotSharing = true} = options
    const chaining = new Chaining(graph, {chainingEnabled, chainDifferentMaxParallelism})
    this.ids = operatorIds(graph, chaining)
    this.groups = slotSharingGroups(graph)
    this.chains = operatorChains(graph, chaining)
    this.slotSharing = slotSharing
  }

  build(): Pick<JobGraphSpec, 'vertices' | 'edges'> {
    return {
      vertices: this.chains.map((chain) => this.vertexOf(chain)),
      edges: this.chains.flatMap((chain) => this.edgesOf(chain)),
    }
  }

  private vertexOf(chain: OperatorChainPlan): JobVertexSpec {
    const {head, nodes, outEdges} = chain
    const vertexId = this.vertexIdOf(chain)
    return {
      vertexId,
      name: vertexName(this.graph, chain),
      parallelism: head.parallelism,
      maxParallelism: maxParallelismOf(nodes),
      slotSharingGroup: this.slotSharing ? this.groups.get(head.nodeId)! : vertexId,
      operators: nodes.map((node) => this.operatorOf(node, chain)),
      ...(head.input === undefined ? {} : {input: head.input}),
      producedDataSets: outEdges.map((edge, index) => ({
        dataSetId: dataSetIdOf(vertexId, index),
        type: edge.exchangeMode === 'BATCH' ? 'BLOCKING' : 'PIPELINED_BOUNDED',
      })),
    }
  }

  private operatorOf(node: StreamNode, chain: OperatorChainPlan): ChainedOperatorSpec {
    const {name, description, factory, config} = node
    const described = description === undefined ? {} : {description}
    const outputs = this.graph.outEdges(node.nodeId).map((edge) => this.outputOf(edge, chain))
    return {operatorId: this.ids.get(node.nodeId)!, name, ...described, factory, config, outputs}
  }

  private outputOf(edge: StreamEdge, chain: OperatorChainPlan): ChainOutput {
    const tag = edge.outputTag === undefined ? {} : {outputTag: edge.outputTag}
    if (!chain.isInside(edge)) return {kind: 'partition', partitionIndex: chain.outEdges.indexOf(edge), ...tag}
    const operatorIndex = chain.nodes.findIndex((node) => node.nodeId === edge.target)
    return {kind: 'chained', operatorIndex, inputIndex: edge.targetInputIndex, ...tag}
  }

  private edgesOf(chain: OperatorChainPlan): JobEdgeSpec[] {
    const source = this.vertexIdOf(chain)
    return chain.outEdges.map((edge, index) => ({
      dataSetId: dataSetIdOf(source, index),
      source,
      target: jobVertexId(this.ids.get(edge.target)!),
      targetInputIndex: edge.targetInputIndex,
      distribution: isPointwise(edge) ? 'POINTWISE' : 'ALL_TO_ALL',
      partitioner: edge.partitioner,
    }))
  }

  private vertexIdOf({head}: OperatorChainPlan): JobVertexId {
    return jobVertexId(this.ids.get(head.nodeId)!)
  }
}

function isPointwise({partitioner}: StreamEdge): boolean {
  return partitioner.kind === 'forward' || partitioner.kind === 'rescale'
}

function dataSetIdOf(vertexId: JobVertexId, index: number): DataSetId {
  return dataSetId(murmur3Hash128(new TextEncoder().encode(`${vertexId} ${index}`)))
}

/** The smallest that an operator of the chain was given, so that none has more key groups than it allows. */
function maxParallelismOf(nodes: readonly StreamNode[]): number {
  const given = nodes.flatMap(({maxParallelism}) => (maxParallelism === undefined ? [] : [maxParallelism]))
  return given.length > 0 ? Math.min(...given) : defaultMaxParallelism(nodes[0].parallelism)
}
