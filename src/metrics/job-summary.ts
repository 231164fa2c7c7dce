import type {ErrorData} from '../core/index.js'
import {accumulatorTexts} from './accumulator-texts.js'
import {findBottleneck} from './bottleneck.js'
import type {CheckpointsView, FailureView, RestoredView} from './failure-view.js'
import type {JobResult, JobView, TaskManagerView, VertexView} from './job-view.js'
import {type Ledger, ledgerOf} from './ledger.js'
import {sumTaskMetrics, type TaskMetricsSnapshot} from './task-metrics.js'

/**
 * What is said of a job when it has ended; the form of `--json` (fixtures/cli/summary.schema.json).
 *
 * Units    in the names; shares are in [0, 1], except `resourceUtilization`, which is in percent as its formula says.
 *          null stands for what cannot be told.
 */
export interface JobSummary {
  readonly jobId: string
  readonly name: string
  readonly mode: 'batch' | 'streaming'
  readonly status: 'FINISHED' | 'CANCELED' | 'FAILED'
  readonly wallMs: number
  /** From outside into the job, from the job to the outside. */
  readonly recordsIn: number
  readonly bytesIn: number
  readonly recordsOut: number
  readonly bytesOut: number
  readonly recordsInPerSecond: number
  readonly bytesInPerSecond: number
  /** Data transfer time ÷ total execution time of all tasks. */
  readonly shuffleEfficiency: number | null
  /** Used ÷ available × 100. */
  readonly resourceUtilization: {
    /** Busy slot time ÷ (slots × duration). */
    readonly slotsPercent: number | null
    /** Resident memory of the TaskManagers at the end ÷ their budgets. */
    readonly memoryPercent: number | null
  }
  /** Slots × parallelism per task. A slot is one thread, so a task in it runs one thing at a time. */
  readonly parallelism: {readonly slots: number; readonly perTask: number; readonly total: number}
  readonly spilledBytes: number
  readonly vertices: readonly VertexSummary[]
  readonly taskManagers: readonly TaskManagerSummary[]
  readonly ledger: Ledger
  readonly bottleneck: string
  /** What operators reported, by key: e.g. `invalidUtf8`. */
  readonly reports: Readonly<Record<string, number>>
  /** The results of accumulators, by name, in words. */
  readonly accumulators?: Readonly<Record<string, string>>
  /** Absent where there was none. */
  readonly restarts?: number
  /** Newest first. */
  readonly failures?: readonly FailureView[]
  readonly checkpoints?: CheckpointsView
  readonly restored?: RestoredView
  readonly error?: ErrorData
}

export interface VertexSummary {
  readonly vertexId: string
  readonly name: string
  readonly parallelism: number
  readonly recordsIn: number
  readonly bytesIn: number
  readonly recordsOut: number
  readonly bytesOut: number
  /** Of each second of execution, over the whole run. */
  readonly busyMsPerSecond: number
  readonly idleMsPerSecond: number
  readonly backPressuredMsPerSecond: number
  /** Segments in use ÷ segments, as last seen. */
  readonly inputBufferUsage: number | null
  readonly outputBufferUsage: number | null
  readonly spilledBytes: number
}

export interface TaskManagerSummary {
  readonly taskManagerId: string
  readonly pid: number
  readonly slots: number
  readonly cpuMs: number
  readonly rssBytes: number
  readonly memoryBudgetBytes: number
  readonly startup: readonly {readonly name: string; readonly durationMs: number}[]
}

/** Puts together what is said of a job when it has ended. */
export function summarizeJob(result: JobResult): JobSummary {
  const {view, status, reports, accumulators = {}, error} = result
  const totals = sumTaskMetrics(view.vertices.map((vertex) => vertex.totals))
  const perSecond = (total: number) => (view.durationMs > 0 ? (total * 1000) / view.durationMs : 0)
  return {
    jobId: view.jobId,
    name: view.name,
    mode: view.mode,
    status,
    wallMs: view.durationMs,
    recordsIn: totals.sourceRecords,
    bytesIn: totals.sourceBytes,
    recordsOut: totals.sinkRecords,
    bytesOut: totals.sinkBytes,
    recordsInPerSecond: perSecond(totals.sourceRecords),
    bytesInPerSecond: perSecond(totals.sourceBytes),
    shuffleEfficiency: ratio(totals.transferMs, executionMs(totals)),
    resourceUtilization: resourceUtilization(view, totals),
    parallelism: parallelismOf(view),
    spilledBytes: totals.spilledBytes,
    vertices: view.vertices.map(vertexSummary),
    taskManagers: view.taskManagers.map(taskManagerSummary),
    ledger: ledgerOf(view),
    bottleneck: findBottleneck(view),
    reports,
    ...(Object.keys(accumulators).length === 0 ? {} : {accumulators: accumulatorTexts(accumulators)}),
    ...(view.restarts === undefined ? {} : {restarts: view.restarts}),
    ...(view.failures === undefined ? {} : {failures: view.failures}),
    ...(view.checkpoints === undefined ? {} : {checkpoints: view.checkpoints}),
    ...(view.restored === undefined ? {} : {restored: view.restored}),
    ...(error === undefined ? {} : {error}),
  }
}

function executionMs({busyMs, idleMs, backPressuredMs}: TaskMetricsSnapshot): number {
  return busyMs + idleMs + backPressuredMs
}

function resourceUtilization(view: JobView, {activeMs}: TaskMetricsSnapshot): JobSummary['resourceUtilization'] {
  const slots = sum(view.taskManagers.map((one) => one.slots.length))
  const percent = (share: number | null) => (share === null ? null : share * 100)
  return {
    slotsPercent: percent(ratio(activeMs, slots * view.durationMs)),
    memoryPercent: percent(
      ratio(
        sum(view.taskManagers.map((one) => one.rssBytes)),
        sum(view.taskManagers.map((one) => one.memoryBudgetBytes)),
      ),
    ),
  }
}

/** Counted from where the subtasks ran: at the end of a job its slots are free again. */
function parallelismOf(view: JobView): JobSummary['parallelism'] {
  const used = new Set(
    view.vertices.flatMap((vertex) =>
      vertex.subtasks
        .filter((subtask) => subtask.slotIndex !== undefined)
        .map((subtask) => `${subtask.taskManagerId}/${subtask.slotIndex}`),
    ),
  )
  const perTask = 1
  return {slots: used.size, perTask, total: used.size * perTask}
}

function vertexSummary({vertexId, name, parallelism, totals}: VertexView): VertexSummary {
  const perSecond = (ms: number) => 1000 * (ratio(ms, executionMs(totals)) ?? 0)
  return {
    vertexId,
    name,
    parallelism,
    recordsIn: totals.recordsIn + totals.sourceRecords,
    bytesIn: totals.bytesIn + totals.sourceBytes,
    recordsOut: totals.recordsOut + totals.sinkRecords,
    bytesOut: totals.bytesOut + totals.sinkBytes,
    busyMsPerSecond: perSecond(totals.busyMs),
    idleMsPerSecond: perSecond(totals.idleMs),
    backPressuredMsPerSecond: perSecond(totals.backPressuredMs),
    inputBufferUsage: ratio(totals.inputBuffersUsed, totals.inputBuffersTotal),
    outputBufferUsage: ratio(totals.outputBuffersUsed, totals.outputBuffersTotal),
    spilledBytes: totals.spilledBytes,
  }
}

function taskManagerSummary(one: TaskManagerView): TaskManagerSummary {
  const {taskManagerId, pid, slots, cpuMs, rssBytes, memoryBudgetBytes, startup} = one
  return {taskManagerId, pid, slots: slots.length, cpuMs, rssBytes, memoryBudgetBytes, startup}
}

function ratio(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
