import {assert, defaultMaxParallelism, FtsError, MAX_PARALLELISM_UPPER_BOUND} from '../core/index.js'
import type {PartitionerSpec} from './specs.js'
import type {StreamEdge, StreamEdgeSpec, StreamNode, StreamNodeSpec} from './stream-node.js'

/**
 * What a program said: one node for each operator, edges with their partitioners. Built once, then read by
 * `createJobGraph`.
 *
 * Errors   `user`: FTS_PARALLELISM, FTS_MAX_PARALLELISM, FTS_DUPLICATE_UID, FTS_FORWARD_PARALLELISM, FTS_GRAPH_CYCLE.
 * Source   Flink 2.3 StreamGraph, StreamGraphGenerator.
 */
export class StreamGraph {
  private readonly nodesById = new Map<number, StreamNode>()
  private readonly edgeList: StreamEdge[] = []
  private readonly nodesByUid = new Map<string, StreamNode>()

  /** Adds a source and returns its node id; its name becomes `Source: name`. */
  addSource(spec: StreamNodeSpec): number {
    return this.add('source', {...spec, name: `Source: ${spec.name}`})
  }

  /** Adds an operator and returns its node id. */
  addOperator(spec: StreamNodeSpec): number {
    return this.add('operator', spec)
  }

  /** Adds a sink and returns its node id; its name becomes `name: Writer`. */
  addSink(spec: StreamNodeSpec): number {
    return this.add('sink', {...spec, name: `${spec.name}: Writer`})
  }

  addEdge(spec: StreamEdgeSpec): void {
    const source = this.node(spec.source)
    const target = this.node(spec.target)
    const partitioner = spec.partitioner ?? defaultPartitioner(source, target)
    if (partitioner.kind === 'forward') checkForward(source, target)
    const defaults = {targetInputIndex: 0, exchangeMode: 'UNDEFINED'} as const
    this.edgeList.push({...defaults, ...spec, partitioner})
  }

  /** In the order they were added. */
  get nodes(): readonly StreamNode[] {
    return [...this.nodesById.values()]
  }

  get edges(): readonly StreamEdge[] {
    return this.edgeList
  }

  node(nodeId: number): StreamNode {
    const node = this.nodesById.get(nodeId)
    assert(node !== undefined, 'the node id is one that this graph gave out', {nodeId})
    return node
  }

  inEdges(nodeId: number): readonly StreamEdge[] {
    return this.edgeList.filter((edge) => edge.target === nodeId)
  }

  outEdges(nodeId: number): readonly StreamEdge[] {
    return this.edgeList.filter((edge) => edge.source === nodeId)
  }

  /** Producers before consumers; of those that could be next, the one added first. */
  inTopologicalOrder(): readonly StreamNode[] {
    const waiting = new Map(this.nodes.map((node) => [node, this.inEdges(node.nodeId).length]))
    const order: StreamNode[] = []
    while (waiting.size > 0) {
      const next = [...waiting].find(([, inputs]) => inputs === 0)?.[0]
      if (next === undefined) throw cycleError([...waiting.keys()])
      waiting.delete(next)
      order.push(next)
      for (const {target} of this.outEdges(next.nodeId)) {
        const node = this.node(target)
        waiting.set(node, waiting.get(node)! - 1)
      }
    }
    return order
  }

  private add(kind: StreamNode['kind'], spec: StreamNodeSpec): number {
    checkParallelism(spec)
    const node: StreamNode = {...spec, kind, chaining: spec.chaining ?? 'ALWAYS', nodeId: this.nodesById.size + 1}
    if (node.uid !== undefined) this.claimUid(node.uid, node)
    this.nodesById.set(node.nodeId, node)
    return node.nodeId
  }

  private claimUid(uid: string, node: StreamNode): void {
    const first = this.nodesByUid.get(uid)
    if (first !== undefined) {
      throw new FtsError(
        'user',
        'FTS_DUPLICATE_UID',
        `the uid "${uid}" is used twice, by "${first.name}" and by "${node.name}": an operator finds its state by its uid`,
        {uid, first: first.name, second: node.name},
        {tryThis: 'Give each operator a uid of its own.'},
      )
    }
    this.nodesByUid.set(uid, node)
  }
}

function defaultPartitioner(source: StreamNode, target: StreamNode): PartitionerSpec {
  return {kind: source.parallelism === target.parallelism ? 'forward' : 'rebalance'}
}

function checkForward(source: StreamNode, target: StreamNode): void {
  if (source.parallelism === target.parallelism) return
  throw new FtsError(
    'user',
    'FTS_FORWARD_PARALLELISM',
    `forward needs the same parallelism at both ends, but "${source.name}" has ${source.parallelism} and ` +
      `"${target.name}" has ${target.parallelism}`,
    {
      source: source.name,
      sourceParallelism: source.parallelism,
      target: target.name,
      targetParallelism: target.parallelism,
    },
    {tryThis: 'Use rebalance or rescale, or set the same parallelism.'},
  )
}

function checkParallelism(spec: StreamNodeSpec): void {
  // Throws for a parallelism that is out of range.
  defaultMaxParallelism(spec.parallelism)
  const max = spec.maxParallelism
  if (max === undefined) return
  if (Number.isInteger(max) && max >= spec.parallelism && max <= MAX_PARALLELISM_UPPER_BOUND) return
  throw new FtsError(
    'user',
    'FTS_MAX_PARALLELISM',
    `"${spec.name}": max parallelism ${max} is out of range: it must be a whole number from the operator's ` +
      `parallelism (${spec.parallelism}) to ${MAX_PARALLELISM_UPPER_BOUND}`,
    {name: spec.name, parallelism: spec.parallelism, maxParallelism: max},
  )
}

function cycleError(nodes: readonly StreamNode[]): FtsError {
  const names = nodes.map((node) => `"${node.name}"`).join(', ')
  return new FtsError(
    'user',
    'FTS_GRAPH_CYCLE',
    `the job's operators form a cycle (among ${names}): a record would go round for ever`,
    {nodes: names},
    {tryThis: 'Remove the edge that leads back.'},
  )
}
