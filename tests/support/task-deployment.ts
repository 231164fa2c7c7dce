import {allocationId, executionAttemptId, jobId, jobVertexId} from '../../src/core/index.js'
import type {TaskDeployment} from '../../src/graph/index.js'

/** A deployment of one subtask without operators: for tests of who may deploy what where. */
export function taskDeployment(of: {
  readonly subtaskIndex: number
  readonly slotIndex: number
  readonly allocation?: string
  readonly job?: string
}): TaskDeployment {
  const vertexId = jobVertexId('v')
  return {
    jobId: jobId(of.job ?? 'job'),
    jobName: 'a job',
    vertexId,
    vertexName: 'Count',
    attemptId: executionAttemptId({
      job: jobId(of.job ?? 'job'),
      vertex: vertexId,
      subtaskIndex: of.subtaskIndex,
      attempt: 0,
    }),
    attempt: 0,
    subtaskIndex: of.subtaskIndex,
    parallelism: 4,
    maxParallelism: 128,
    allocationId: allocationId(of.allocation ?? 'a'),
    slotIndex: of.slotIndex,
    bufferTimeoutMs: 10,
    operators: [],
    inputGates: [],
    resultPartitions: [],
    initialSplits: [],
    noMoreSplits: true,
    config: {},
  }
}
