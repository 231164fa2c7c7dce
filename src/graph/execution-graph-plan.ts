import type {DataSetId} from '../core/index.js'
import type {JobEdgeSpec, JobGraphSpec, JobVertexSpec, PartitionerSpec, ResultPartitionType} from './specs.js'

/** What one subtask produces for one data set. */
export interface ResultPartitionPlan {
  readonly dataSetId: DataSetId
  readonly type: ResultPartitionType
  readonly partitioner: PartitionerSpec
  readonly subpartitionCount: number
  /** Of the consuming vertex: it decides the key group of a row. */
  readonly maxParallelism: number
}

/** One channel: a subpartition of a producer's partition. */
export interface InputChannelPlan {
  /** Index into `ExecutionGraphPlan.subtasks`. */
  readonly producer: number
  readonly subpartitionIndex: number
}

/** One gate: what a subtask reads from one data set. */
export interface InputGatePlan {
  readonly edge: JobEdgeSpec
  readonly channels: readonly InputChannelPlan[]
}

/** One parallel instance of a vertex, wired; attempts and places are the JobMaster's. */
export interface SubtaskPlan {
  /** Its place in `ExecutionGraphPlan.subtasks`. */
  readonly index: number
  readonly vertex: JobVertexSpec
  readonly subtaskIndex: number
  readonly inputGates: readonly InputGatePlan[]
  /** One for each of the vertex's `producedDataSets`, in that order. */
  readonly resultPartitions: readonly ResultPartitionPlan[]
}

/** The ExecutionGraph as a plan: every subtask of every vertex and the channels between them. Plain data. */
export interface ExecutionGraphPlan {
  readonly jobGraph: JobGraphSpec
  /** Vertices in topological order, the subtasks of a vertex in a row. */
  readonly subtasks: readonly SubtaskPlan[]
}
