// Goal: subtasks are wired, grouped and deployed as Flink does.
// Method: small graphs with whole results; the wiring's laws are in tests/property/graph.test.ts.
import {describe, expect, it} from 'vitest'
import {allocationId, taskManagerId} from '../../../src/core/index.js'
import {
  createExecutionGraph,
  type ExecutionGraphPlan,
  type PartitionerSpec,
  pipelinedRegions,
  StreamGraph,
  sharedSlots,
  subtaskOf,
  toTaskDeployment,
} from '../../../src/graph/index.js'
import {jobGraphOf, node, wordCountGraph} from './graph-examples.js'

function planOf(
  producers: number,
  consumers: number,
  kind: PartitionerSpec['kind'],
  batch = false,
): ExecutionGraphPlan {
  const graph = new StreamGraph()
  const source = graph.addSource(node('a', {parallelism: producers, chaining: 'NEVER'}))
  const target = graph.addOperator(node('b', {parallelism: consumers}))
  const partitioner = {kind} as PartitionerSpec
  graph.addEdge({source, target, partitioner, exchangeMode: batch ? 'BATCH' : 'PIPELINED'})
  return createExecutionGraph(jobGraphOf(graph))
}

/** For each consumer: producer subtask . subpartition. */
function channels(plan: ExecutionGraphPlan): string[] {
  return plan.subtasks
    .filter((subtask) => subtask.inputGates.length > 0)
    .map(({inputGates}) => inputGates[0].channels.map((one) => `${one.producer}.${one.subpartitionIndex}`).join(' '))
}

const JOB = '0'.repeat(32)

const regionsOf = (plan: ExecutionGraphPlan) =>
  pipelinedRegions(plan).map((region) => [region.subtasks.map((subtask) => subtask.index), region.consumes])

describe('wiring', () => {
  it.each([
    ['hash', 2, 3, ['0.0 1.0', '0.1 1.1', '0.2 1.2'], [3, 3]],
    ['broadcast', 2, 2, ['0.0 1.0', '0.1 1.1'], [2, 2]],
    ['forward', 3, 3, ['0.0', '1.0', '2.0'], [1, 1, 1]],
    ['rescale', 2, 3, ['0.0', '0.1', '1.0'], [2, 1]],
    ['rescale', 3, 2, ['0.0', '1.0 2.0'], [1, 1, 1]],
    ['rescale', 2, 6, ['0.0', '0.1', '0.2', '1.0', '1.1', '1.2'], [3, 3]],
    ['rescale', 6, 2, ['0.0 1.0 2.0', '3.0 4.0 5.0'], [1, 1, 1, 1, 1, 1]],
  ] as const)('%s %d → %d', (kind, producers, consumers, expected, counts) => {
    const plan = planOf(producers, consumers, kind)
    expect(channels(plan)).toEqual(expected)
    const partitions = plan.subtasks.flatMap((subtask) => subtask.resultPartitions)
    expect(partitions.map((partition) => partition.subpartitionCount)).toEqual(counts)
  })
})

describe('pipelinedRegions', () => {
  it('an all-to-all exchange makes one region', () => {
    expect(regionsOf(planOf(2, 2, 'hash'))).toEqual([[[0, 1, 2, 3], []]])
  })

  it('forward pipelines are a region each', () => {
    expect(regionsOf(planOf(2, 2, 'forward'))).toEqual([
      [[0, 2], []],
      [[1, 3], []],
    ])
  })

  it('a blocking exchange cuts, and the consumer comes after its producers', () => {
    expect(regionsOf(planOf(2, 2, 'hash', true))).toEqual([
      [[0], []],
      [[1], []],
      [[2], [0, 1]],
      [[3], [0, 1]],
    ])
  })

  it('regions that wait for each other are one', () => {
    // a ─forward─▶ b and a ─blocking hash─▶ b: region 0 would need region 1 and region 1 region 0.
    const graph = new StreamGraph()
    const source = graph.addSource(node('a'))
    const target = graph.addOperator(node('b'))
    graph.addEdge({source, target})
    graph.addEdge({source, target, targetInputIndex: 1, partitioner: {kind: 'rebalance'}, exchangeMode: 'BATCH'})
    expect(regionsOf(createExecutionGraph(jobGraphOf(graph)))).toEqual([[[0, 1, 2, 3], []]])
  })
})

describe('sharedSlots', () => {
  const shown = (slotSharing: boolean) =>
    sharedSlots(createExecutionGraph(jobGraphOf(wordCountGraph(3), {slotSharing}))).map((slot) =>
      slot.subtasks.map((subtask) => `${subtask.vertex.name} #${subtask.subtaskIndex}`),
    )

  it('puts subtask i of every vertex into slot i', () => {
    expect(shown(true)).toEqual([
      ['Source: lines -> words #0', 'count -> out: Writer #0'],
      ['Source: lines -> words #1', 'count -> out: Writer #1'],
      ['count -> out: Writer #2'],
    ])
  })

  it('puts one task into each slot without slot sharing', () => {
    expect(shown(false)).toEqual([
      ['Source: lines -> words #0'],
      ['Source: lines -> words #1'],
      ['count -> out: Writer #0'],
      ['count -> out: Writer #1'],
      ['count -> out: Writer #2'],
    ])
  })
})

describe('toTaskDeployment', () => {
  const plan = createExecutionGraph(jobGraphOf(wordCountGraph(3), {config: {'parallelism.default': '2'}}))
  const location = {taskManagerId: taskManagerId('tm-1'), slotIndex: 0, dataAddress: '/run/0.sock'}
  const dataSetId = plan.jobGraph.edges[0].dataSetId

  it('of a consumer: channels to the current attempts of its producers', () => {
    const [, count] = plan.jobGraph.vertices
    const deployment = toTaskDeployment(plan, subtaskOf(plan, count.vertexId, 2)!, {
      attempt: 1,
      allocationId: allocationId('a-1'),
      slotIndex: 4,
      locate: (producer) => ({
        location: {...location, slotIndex: producer.subtaskIndex},
        attempt: producer.subtaskIndex,
      }),
    })
    expect(deployment).toEqual({
      jobId: JOB,
      jobName: 'test job',
      vertexId: count.vertexId,
      vertexName: 'count -> out: Writer',
      attemptId: `${JOB}_${count.vertexId}_2_1`,
      attempt: 1,
      subtaskIndex: 2,
      parallelism: 3,
      maxParallelism: 128,
      allocationId: 'a-1',
      slotIndex: 4,
      bufferTimeoutMs: 10,
      operators: count.operators,
      inputGates: [
        {
          inputIndex: 0,
          producer: {name: 'Source: lines -> words', parallelism: 2, sources: []},
          partitioner: {kind: 'hash', keyColumn: 0},
          channels: [
            {
              partitionId: `${JOB}_${dataSetId}_0_0`,
              producerSubtask: 0,
              subpartitionIndex: 2,
              producer: {...location, slotIndex: 0},
            },
            {
              partitionId: `${JOB}_${dataSetId}_1_1`,
              producerSubtask: 1,
              subpartitionIndex: 2,
              producer: {...location, slotIndex: 1},
            },
          ],
        },
      ],
      resultPartitions: [],
      initialSplits: [],
      noMoreSplits: false,
      config: {'parallelism.default': '2'},
    })
  })

  it('of a source: partitions and first splits', () => {
    const [lines] = plan.jobGraph.vertices
    const deployment = toTaskDeployment(plan, subtaskOf(plan, lines.vertexId, 1)!, {
      attempt: 0,
      allocationId: allocationId('a-1'),
      slotIndex: 1,
      initialSplits: [{kind: 'stdin', splitId: 0}],
      noMoreSplits: true,
      locate: () => ({location, attempt: 0}),
    })
    expect(deployment.inputGates).toEqual([])
    expect([deployment.initialSplits, deployment.noMoreSplits]).toEqual([[{kind: 'stdin', splitId: 0}], true])
    expect(deployment.resultPartitions).toEqual([
      {
        partitionId: `${JOB}_${dataSetId}_1_0`,
        type: 'PIPELINED_BOUNDED',
        subpartitionCount: 3,
        partitioner: {kind: 'hash', keyColumn: 0},
        maxParallelism: 128,
      },
    ])
  })

  it('a subtask that the plan does not have is not found', () => {
    const [lines, count] = plan.jobGraph.vertices
    expect(subtaskOf(plan, lines.vertexId, 2)).toBeUndefined()
    expect(subtaskOf(plan, count.vertexId, 3)).toBeUndefined()
    expect(subtaskOf(plan, 'none', 0)).toBeUndefined()
  })
})
