import {
  type AllocationId,
  executionAttemptId,
  type JobId,
  resultPartitionId,
  type Split,
  type TaskRestore,
} from '../core/index.js'
import type {ExecutionGraphPlan, InputGatePlan, SubtaskPlan} from './execution-graph-plan.js'
import type {
  InputGateDeployment,
  JobGraphSpec,
  JobVertexSpec,
  ResultPartitionDeployment,
  SlotLocation,
  TaskDeployment,
} from './specs.js'

/** What the JobMaster knows when it deploys an attempt. */
export interface DeploymentOptions {
  /** From 0. */
  readonly attempt: number
  readonly allocationId: AllocationId
  readonly slotIndex: number
  /** Sources; default: none, and more may come. */
  readonly initialSplits?: readonly Split[]
  readonly noMoreSplits?: boolean
  /** What it starts from; default: from nothing. */
  readonly restore?: TaskRestore
  /** See TaskDeployment. */
  readonly ownedFolder?: string
  /** Where the current attempt of a producer of this subtask runs. Asked once for each channel. */
  locate(producer: SubtaskPlan): {readonly location: SlotLocation; readonly attempt: number}
}

/** All that a slot needs to run one attempt of a subtask. */
export function toTaskDeployment(
  plan: ExecutionGraphPlan,
  subtask: SubtaskPlan,
  options: DeploymentOptions,
): TaskDeployment {
  const {jobGraph} = plan
  const {vertex, subtaskIndex} = subtask
  const {attempt, allocationId, slotIndex} = options
  return {
    jobId: jobGraph.jobId,
    jobName: jobGraph.name,
    vertexId: vertex.vertexId,
    vertexName: vertex.name,
    attemptId: executionAttemptId({job: jobGraph.jobId, vertex: vertex.vertexId, subtaskIndex, attempt}),
    attempt,
    subtaskIndex,
    parallelism: vertex.parallelism,
    maxParallelism: vertex.maxParallelism,
    allocationId,
    slotIndex,
    bufferTimeoutMs: jobGraph.bufferTimeoutMs,
    operators: vertex.operators,
    inputGates: subtask.inputGates.map((gate) => gateDeployment(plan, gate, options)),
    resultPartitions: partitionDeployments(jobGraph.jobId, subtask, attempt),
    initialSplits: options.initialSplits ?? [],
    noMoreSplits: options.noMoreSplits ?? false,
    ...(options.restore === undefined ? {} : {restore: options.restore}),
    ...(options.ownedFolder === undefined ? {} : {ownedFolder: options.ownedFolder}),
    config: jobGraph.config,
    ...(jobGraph.jobModule === undefined ? {} : {jobModule: jobGraph.jobModule}),
  }
}

function gateDeployment(
  plan: ExecutionGraphPlan,
  gate: InputGatePlan,
  {locate}: DeploymentOptions,
): InputGateDeployment {
  return {
    inputIndex: gate.edge.targetInputIndex,
    partitioner: gate.edge.partitioner,
    ...producerOf(plan, gate),
    channels: gate.channels.map(({producer, subpartitionIndex}) => {
      const {location, attempt} = locate(plan.subtasks[producer])
      const producerSubtask = plan.subtasks[producer].subtaskIndex
      const job = plan.jobGraph.jobId
      const partitionId = resultPartitionId({job, dataSet: gate.edge.dataSetId, producerSubtask, attempt})
      return {partitionId, producerSubtask, subpartitionIndex, producer: location}
    }),
  }
}

function producerOf({jobGraph}: ExecutionGraphPlan, {edge}: InputGatePlan): Pick<InputGateDeployment, 'producer'> {
  const producer = jobGraph.vertices.find(({vertexId}) => vertexId === edge.source)
  if (producer === undefined) return {}
  const {name, parallelism} = producer
  return {producer: {name, parallelism, sources: sourcesBehind(jobGraph, producer)}}
}

/** None for a vertex that is a source. */
function sourcesBehind({vertices, edges}: JobGraphSpec, vertex: JobVertexSpec): readonly string[] {
  const seen = new Set([vertex])
  // A set takes what is added while it is gone through.
  for (const one of seen)
    for (const {source} of edges.filter(({target}) => target === one.vertexId))
      seen.add(vertices.find(({vertexId}) => vertexId === source)!)
  const hasInput = (one: JobVertexSpec) => edges.some(({target}) => target === one.vertexId)
  return [...seen].filter((one) => one !== vertex && !hasInput(one)).map(({name}) => name)
}

function partitionDeployments(
  job: JobId,
  {resultPartitions, subtaskIndex}: SubtaskPlan,
  attempt: number,
): ResultPartitionDeployment[] {
  return resultPartitions.map(({dataSetId, ...partition}) => ({
    ...partition,
    partitionId: resultPartitionId({job, dataSet: dataSetId, producerSubtask: subtaskIndex, attempt}),
  }))
}
