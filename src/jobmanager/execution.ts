import {
  type AccumulatorSnapshots,
  EXECUTION_MOVES,
  type ExecutionAttemptId,
  type ExecutionState,
  executionAttemptId,
  isTerminalExecution,
  type JobId,
  move,
} from '../core/index.js'
import type {SubtaskPlan} from '../graph/index.js'
import {TaskMetrics, type TaskMetricsSnapshot} from '../metrics/index.js'
import type {OfferedSlot} from './internal-event.js'

/** A task's counters at a moment. */
export interface MetricsSample {
  readonly atMs: number
  readonly metrics: TaskMetricsSnapshot
}

const NO_METRICS = new TaskMetrics().snapshot()

/** One attempt to run a subtask: its state, its slot and its last figures. */
export class Execution {
  readonly attemptId: ExecutionAttemptId
  state: ExecutionState = 'CREATED'
  /** Known from the moment the job has its slots. */
  slot: OfferedSlot | undefined
  startedAtMs: number | undefined
  endedAtMs: number | undefined
  reports: Readonly<Record<string, number>> = {}
  accumulators: AccumulatorSnapshots = {}
  /** The last two samples; the rates are taken between them. */
  private before: MetricsSample | undefined
  private last: MetricsSample | undefined

  constructor(
    job: JobId,
    readonly subtask: SubtaskPlan,
    /** From 0. */
    readonly attempt = 0,
  ) {
    const {vertex, subtaskIndex} = subtask
    this.attemptId = executionAttemptId({job, vertex: vertex.vertexId, subtaskIndex, attempt})
  }

  get isTerminal(): boolean {
    return isTerminalExecution(this.state)
  }

  /** In a slot: sent there and not ended. */
  get isDeployed(): boolean {
    return !this.isTerminal && this.state !== 'CREATED' && this.state !== 'SCHEDULED'
  }

  /** `"Count" (2/4)`, as Flink numbers subtasks for people. */
  get title(): string {
    const {vertex, subtaskIndex} = this.subtask
    return `"${vertex.name}" (${subtaskIndex + 1}/${vertex.parallelism})`
  }

  get metrics(): TaskMetricsSnapshot {
    return this.last?.metrics ?? NO_METRICS
  }

  moveTo(state: ExecutionState, nowMs: number): void {
    this.state = move(EXECUTION_MOVES, `the attempt ${this.attemptId}`, this.state, state)
    if (state === 'INITIALIZING' || state === 'RUNNING') this.startedAtMs ??= nowMs
    if (this.isTerminal) this.endedAtMs = nowMs
  }

  sample(metrics: TaskMetricsSnapshot, nowMs: number): void {
    this.before = this.last
    this.last = {atMs: nowMs, metrics}
  }

  /** What the rates are taken over: the last heartbeat interval, or the whole life of a task that has ended. */
  get interval(): {readonly from: MetricsSample; readonly to: MetricsSample} | undefined {
    if (this.last === undefined || this.startedAtMs === undefined) return undefined
    const start = {atMs: this.startedAtMs, metrics: NO_METRICS}
    if (this.endedAtMs !== undefined) return {from: start, to: {...this.last, atMs: this.endedAtMs}}
    return {from: this.before ?? start, to: this.last}
  }
}
