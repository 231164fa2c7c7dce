import type {ExecutionGraphPlan, InputGatePlan, ResultPartitionPlan, SubtaskPlan} from './execution-graph-plan.js'
import type {DataSetSpec, JobEdgeSpec, JobGraphSpec, JobVertexSpec} from './specs.js'
import {channelsOf, subpartitionCount} from './subpartition-wiring.js'

/** Expands each vertex into its subtasks and wires them. Source: Flink 2.3 EdgeManagerBuildUtil. */
export function createExecutionGraph(jobGraph: JobGraphSpec): ExecutionGraphPlan {
  const wiring = new Wiring(jobGraph)
  const subtasks = jobGraph.vertices.flatMap((vertex) => wiring.subtasksOf(vertex))
  return {jobGraph, subtasks}
}

/** The place of a subtask in `plan.subtasks`. */
export function subtaskOf(plan: ExecutionGraphPlan, vertexId: string, subtaskIndex: number): SubtaskPlan | undefined {
  const first = plan.subtasks.findIndex((subtask) => subtask.vertex.vertexId === vertexId)
  const found = first < 0 ? undefined : plan.subtasks[first + subtaskIndex]
  return found?.vertex.vertexId === vertexId ? found : undefined
}

class Wiring {
  private readonly vertices = new Map<string, JobVertexSpec>()
  private readonly firstSubtask = new Map<string, number>()

  constructor(private readonly jobGraph: JobGraphSpec) {
    let next = 0
    for (const vertex of jobGraph.vertices) {
      this.vertices.set(vertex.vertexId, vertex)
      this.firstSubtask.set(vertex.vertexId, next)
      next += vertex.parallelism
    }
  }

  subtasksOf(vertex: JobVertexSpec): SubtaskPlan[] {
    const inEdges = this.jobGraph.edges.filter((edge) => edge.target === vertex.vertexId)
    return Array.from({length: vertex.parallelism}, (_, subtaskIndex) => ({
      index: this.firstSubtask.get(vertex.vertexId)! + subtaskIndex,
      vertex,
      subtaskIndex,
      inputGates: inEdges.map((edge) => this.gateOf(edge, subtaskIndex)),
      resultPartitions: vertex.producedDataSets.map((dataSet) => this.partitionOf(dataSet, subtaskIndex)),
    }))
  }

  private gateOf(edge: JobEdgeSpec, subtaskIndex: number): InputGatePlan {
    const first = this.firstSubtask.get(edge.source)!
    const channels = channelsOf(edge.distribution, subtaskIndex, this.parallelismsOf(edge))
    return {
      edge,
      channels: channels.map(({producerSubtask, subpartitionIndex}) => ({
        producer: first + producerSubtask,
        subpartitionIndex,
      })),
    }
  }

  private partitionOf(dataSet: DataSetSpec, subtaskIndex: number): ResultPartitionPlan {
    const edge = this.jobGraph.edges.find((one) => one.dataSetId === dataSet.dataSetId)!
    return {
      dataSetId: dataSet.dataSetId,
      type: dataSet.type,
      partitioner: edge.partitioner,
      subpartitionCount: subpartitionCount(edge.distribution, subtaskIndex, this.parallelismsOf(edge)),
      maxParallelism: this.vertices.get(edge.target)!.maxParallelism,
    }
  }

  private parallelismsOf(edge: JobEdgeSpec): {readonly producers: number; readonly consumers: number} {
    return {
      producers: this.vertices.get(edge.source)!.parallelism,
      consumers: this.vertices.get(edge.target)!.parallelism,
    }
  }
}
