import {jobId} from '../../../src/core/index.js'
import {createJobGraph, type JobGraphOptions, StreamGraph, type StreamNodeSpec} from '../../../src/graph/index.js'

/** An operator with little to say. */
export function node(name: string, more: Partial<StreamNodeSpec> = {}): StreamNodeSpec {
  return {name, factory: name, config: {}, parallelism: 2, ...more}
}

export const JOB_OPTIONS: JobGraphOptions = {
  jobId: jobId('0'.repeat(32)),
  name: 'test job',
  mode: 'batch',
  bufferTimeoutMs: 10,
  config: {},
}

/** lines ─▶ words ─hash─▶ count ─▶ out, with uids. */
export function wordCountGraph(counters = 2): StreamGraph {
  const graph = new StreamGraph()
  const lines = graph.addSource(node('lines', {uid: 'src', input: {kind: 'stdin'}}))
  const words = graph.addOperator(node('words', {uid: 'words'}))
  const count = graph.addOperator(node('count', {uid: 'win', parallelism: counters}))
  const out = graph.addSink(node('out', {uid: 'my-uid', parallelism: counters}))
  graph.addEdge({source: lines, target: words})
  graph.addEdge({source: words, target: count, partitioner: {kind: 'hash', keyColumn: 0}})
  graph.addEdge({source: count, target: out})
  return graph
}

export function jobGraphOf(graph: StreamGraph, more: Partial<JobGraphOptions> = {}) {
  return createJobGraph(graph, {...JOB_OPTIONS, ...more})
}
