import {aggregateExecutionState, mergeAccumulators} from '../core/index.js'
import {
  type EdgeView,
  type JobResult,
  type JobView,
  type SlotView,
  type SubtaskView,
  sumTaskMetrics,
  type TaskManagerView,
  type VertexView,
} from '../metrics/index.js'
import type {Execution} from './execution.js'
import {OUTPUT_CLOSED} from './failure-cause.js'
import type {JobMaster} from './job-master.js'
import {ratesOf, vertexRates} from './rates.js'
import type {SlotRecord, TaskManagerRecord} from './task-manager-record.js'

/** What can be shown of a job now. */
export function jobView(job: JobMaster, taskManagers: readonly TaskManagerRecord[], nowMs: number): JobView {
  const {graph, submittedAtMs, status} = job
  const progress = progressOf(job)
  return {
    jobId: job.jobId,
    name: graph.name,
    mode: graph.mode,
    status,
    startedAtMs: submittedAtMs,
    durationMs: (job.endedAtMs ?? nowMs) - submittedAtMs,
    vertices: graph.vertices.map((vertex) => vertexView(job, vertex.vertexId)),
    edges: graph.edges.map(edgeView),
    taskManagers: taskManagers.map((record) => taskManagerView(job, record)),
    ...(progress === undefined ? {} : {progress}),
    ...(job.restartCount === 0 ? {} : {restarts: job.restartCount}),
    ...(job.failures.length === 0 ? {} : {failures: [...job.failures]}),
    ...(job.checkpoints.view === undefined ? {} : {checkpoints: job.checkpoints.view}),
    ...(job.checkpoints.restored === undefined ? {} : {restored: job.checkpoints.restored}),
  }
}

/**
 * The end of a job. When the reader of its output has gone, the result is CANCELED even if a neighbour of the sink was heard
 * first and the job's own status is FAILED: whoever pipes into `head` must get the same answer each time.
 */
export function jobResult(job: JobMaster, status: JobResult['status'], view: JobView): JobResult {
  return {
    status: job.cause?.code === OUTPUT_CLOSED && status === 'FAILED' ? 'CANCELED' : status,
    view,
    reports: sumReports(job.executions),
    accumulators: mergeAccumulators(job.executions.map(({accumulators}) => accumulators)),
    ...(job.cause === undefined || status === 'FINISHED' ? {} : {error: job.cause}),
  }
}

function vertexView(job: JobMaster, vertexId: string): VertexView {
  const executions = job.executions.filter(({subtask}) => subtask.vertex.vertexId === vertexId)
  const {vertex} = executions[0].subtask
  const subtasks = executions.map(subtaskView)
  return {
    vertexId,
    name: vertex.name,
    parallelism: vertex.parallelism,
    slotSharingGroup: vertex.slotSharingGroup,
    state: aggregateExecutionState(executions.map(({state}) => state)),
    subtasks,
    totals: sumTaskMetrics(executions.map(({metrics}) => metrics)),
    rates: vertexRates(subtasks.map(({rates}) => rates)),
  }
}

function subtaskView(execution: Execution): SubtaskView {
  const {subtask, attempt, state, slot, metrics} = execution
  const place =
    slot === undefined ? {} : {taskManagerId: slot.location.taskManagerId, slotIndex: slot.location.slotIndex}
  return {subtaskIndex: subtask.subtaskIndex, attempt, state, ...place, metrics, rates: ratesOf(execution)}
}

function edgeView(edge: JobMaster['graph']['edges'][number]): EdgeView {
  return {source: edge.source, target: edge.target, shipStrategy: edge.partitioner.kind.toUpperCase()}
}

function taskManagerView(job: JobMaster, record: TaskManagerRecord): TaskManagerView {
  const {taskManagerId, pid, memory, startup, lastReport} = record
  return {
    taskManagerId,
    pid,
    alive: record.state === 'REGISTERED',
    startup,
    memoryBudgetBytes: memory.totalBytes,
    managedBudgetBytes: memory.managedBytes,
    networkBudgetBytes: memory.networkBytes,
    rssBytes: lastReport?.rssBytes ?? 0,
    heapUsedBytes: lastReport?.heapUsedBytes ?? 0,
    managedUsedBytes: lastReport?.managedUsedBytes ?? 0,
    networkBuffersUsed: lastReport?.networkBuffersUsed ?? 0,
    networkBuffersTotal: lastReport?.networkBuffersTotal ?? 0,
    cpuMs: lastReport?.cpuMs ?? 0,
    slots: record.slots.map((slot) => slotView(job, record, slot)),
  }
}

function slotView(job: JobMaster, record: TaskManagerRecord, {slotIndex, state}: SlotRecord): SlotView {
  const there = job.executions.filter(
    ({slot}) => slot?.location.taskManagerId === record.taskManagerId && slot.location.slotIndex === slotIndex,
  )
  return {
    slotIndex,
    state: state === 'FREE' ? 'free' : 'allocated',
    tasks: there.map(({subtask, state}) => ({
      vertexId: subtask.vertex.vertexId,
      vertexName: subtask.vertex.name,
      subtaskIndex: subtask.subtaskIndex,
      state,
    })),
  }
}

function progressOf(job: JobMaster): JobView['progress'] {
  const totalBytes = job.totalInputBytes
  if (totalBytes === undefined) return undefined
  const doneBytes = job.executions.reduce((sum, {metrics}) => sum + metrics.progressBytes, 0)
  return {doneBytes: Math.min(doneBytes, totalBytes), totalBytes}
}

function sumReports(executions: readonly Execution[]): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const {reports} of executions)
    for (const [key, count] of Object.entries(reports)) sums[key] = (sums[key] ?? 0) + count
  return sums
}
