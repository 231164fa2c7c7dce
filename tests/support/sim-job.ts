import {dataSetId, jobId, jobVertexId, operatorId} from '../../src/core/index.js'
import type {ChainedOperatorSpec, DataSetSpec, JobEdgeSpec, JobGraphSpec, JobVertexSpec} from '../../src/graph/index.js'
import type {SeededRandom} from '../../src/platform/index.js'

export interface TestVertex {
  readonly name: string
  readonly parallelism: number
  readonly slotSharingGroup?: string
  readonly input?: JobVertexSpec['input']
  /** How the next vertex reads what this one makes; default: hash, pipelined. */
  readonly output?: {readonly type?: DataSetSpec['type']; readonly distribution?: JobEdgeSpec['distribution']}
}

/** A job whose vertices form one line: what the control plane needs of a JobGraph, without any operator that works. */
export function lineJob(name: string, vertices: readonly TestVertex[]): JobGraphSpec {
  const last = vertices.length - 1
  return {
    jobId: jobId(name.padEnd(32, '0')),
    name,
    mode: 'batch',
    bufferTimeoutMs: 10,
    vertices: vertices.map((vertex, index) => vertexSpec(name, vertex, index === last)),
    edges: vertices.slice(0, last).map((vertex, index) => edgeSpec(name, vertex, vertices[index + 1])),
    config: {},
  }
}

export function vertexIdOf(jobName: string, vertexName: string) {
  return jobVertexId(`${jobName}-${vertexName}`)
}

function vertexSpec(jobName: string, vertex: TestVertex, isLast: boolean): JobVertexSpec {
  const {name, parallelism, slotSharingGroup = 'default', input, output} = vertex
  const operator: ChainedOperatorSpec = {
    operatorId: operatorId(name),
    name,
    factory: 'none',
    config: {},
    outputs: isLast ? [] : [{kind: 'partition', partitionIndex: 0}],
  }
  const dataSet = {dataSetId: dataSetId(`${jobName}-${name}-out`), type: output?.type ?? 'PIPELINED_BOUNDED'}
  return {
    vertexId: vertexIdOf(jobName, name),
    name,
    parallelism,
    maxParallelism: 128,
    slotSharingGroup,
    operators: [operator],
    ...(input === undefined ? {} : {input}),
    producedDataSets: isLast ? [] : [dataSet],
  }
}

function edgeSpec(jobName: string, from: TestVertex, to: TestVertex): JobEdgeSpec {
  return {
    dataSetId: dataSetId(`${jobName}-${from.name}-out`),
    source: vertexIdOf(jobName, from.name),
    target: vertexIdOf(jobName, to.name),
    targetInputIndex: 0,
    distribution: from.output?.distribution ?? 'ALL_TO_ALL',
    partitioner: {kind: 'hash', keyColumn: 0},
  }
}

export function files(...sizes: readonly number[]): NonNullable<JobVertexSpec['input']> {
  return {
    kind: 'files',
    splitSizeBytes: 1000,
    files: sizes.map((sizeBytes, index) => ({path: `/in/${index}.txt`, sizeBytes, compression: 'none' as const})),
  }
}

/** A job of one to four vertices, of any parallelism, groups and exchanges. */
export function randomJob(name: string, random: SeededRandom, parallelismMax: number): JobGraphSpec {
  const sizes = Array.from({length: random.int(0, 4)}, () =>
    random.pick([0, 1, 999, 1000, 1001, 5000, random.int(1, 30_000)]),
  )
  const source: TestVertex = {
    name: 'source',
    parallelism: random.int(1, parallelismMax),
    input: files(...sizes),
    ...randomOutput(random),
  }
  const shared = random.chance(0.7)
  const others = Array.from({length: random.int(0, 3)}, (_, index) => ({
    name: `v${index}`,
    parallelism: random.int(1, parallelismMax),
    slotSharingGroup: shared ? 'default' : `g${index}`,
    ...randomOutput(random),
  }))
  return lineJob(name, [source, ...others])
}

function randomOutput(random: SeededRandom): Pick<TestVertex, 'output'> {
  const type = random.chance(0.8) ? 'PIPELINED_BOUNDED' : 'BLOCKING'
  return {output: {type, distribution: random.pick(['ALL_TO_ALL', 'POINTWISE'])}}
}
