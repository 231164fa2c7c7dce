import type {CheckpointMetadata, VertexMetadata} from '../checkpoint/index.js'
import {
  type CheckpointReport,
  type ExecutionAttemptId,
  executionAttemptId,
  FtsError,
  type JobVertexId,
  jobId,
  type SubtaskSnapshot,
} from '../core/index.js'
import type {ExecutionGraphPlan, JobVertexSpec, SubtaskPlan} from '../graph/index.js'
import type {Task} from '../task/index.js'

const OPTIONS = {type: 'savepoint', alignment: 'aligned', directory: 'checkpoint'} as const

/** One checkpoint of a local job: barriers at the sources, an answer from each task that runs. */
export class LocalCheckpoint {
  private readonly snapshots = new Map<ExecutionAttemptId, SubtaskSnapshot>()
  private readonly waitingFor = new Set<ExecutionAttemptId>()
  private refusal: FtsError | undefined

  constructor(
    private readonly plan: ExecutionGraphPlan,
    private readonly checkpointId: number,
    private readonly of: {
      /** Undefined for a task that has ended. */
      taskOf(attemptId: ExecutionAttemptId): Task | undefined
      /** What of a vertex's splits nobody has been given. */
      splitsOf(vertexId: JobVertexId): unknown
    },
  ) {}

  /** Every running task has answered. Errors: why one declined. */
  get isComplete(): boolean {
    if (this.refusal !== undefined) throw this.refusal
    return this.waitingFor.size === 0
  }

  trigger(nowMs: number): void {
    const {checkpointId, plan} = this
    const barrier = {kind: 'checkpointBarrier', checkpointId, timestampMs: nowMs, options: OPTIONS} as const
    const running = plan.subtasks.filter((subtask) => this.of.taskOf(this.attemptOf(subtask)) !== undefined)
    for (const subtask of running) this.waitingFor.add(this.attemptOf(subtask))
    for (const subtask of running)
      if (this.begins(subtask)) this.of.taskOf(this.attemptOf(subtask))?.triggerCheckpoint(barrier)
  }

  report(report: CheckpointReport): void {
    if (report.kind === 'taskAwaitsCheckpoint' || report.checkpointId !== this.checkpointId) return
    if (report.kind === 'declineCheckpoint') this.refusal ??= FtsError.fromData(report.error)
    else this.snapshots.set(report.attemptId, report.snapshot)
    this.waitingFor.delete(report.attemptId)
  }

  /** Tells the tasks that it has come about. */
  complete(jobName: string): CheckpointMetadata {
    const {checkpointId, plan} = this
    for (const subtask of plan.subtasks) this.of.taskOf(this.attemptOf(subtask))?.checkpointCompleted(checkpointId)
    const vertices = plan.jobGraph.vertices.map((vertex) => this.metadataOf(vertex))
    return {jobId: jobId(''), jobName, checkpointId, type: 'savepoint', timestampMs: 0, vertices}
  }

  /** Sources, and tasks whose producers have all ended. */
  private begins({inputGates}: SubtaskPlan): boolean {
    const producers = inputGates.flatMap(({channels}) => channels.map(({producer}) => this.plan.subtasks[producer]))
    return producers.every((producer) => this.of.taskOf(this.attemptOf(producer)) === undefined)
  }

  private metadataOf(vertex: JobVertexSpec): VertexMetadata {
    const {vertexId, name, parallelism, maxParallelism, operators} = vertex
    const snapshots = Array.from({length: parallelism}, (_, subtaskIndex) =>
      this.snapshots.get(this.attemptOf({vertex, subtaskIndex})),
    )
    const splits = this.of.splitsOf(vertexId)
    return {
      vertexId,
      name,
      parallelism,
      maxParallelism,
      ...(splits === undefined ? {} : {splits}),
      finishedSubtasks: snapshots.flatMap((snapshot, index) => (snapshot === undefined ? [index] : [])),
      operators: operators.map((operator) => ({
        operatorId: operator.operatorId,
        name: operator.name,
        subtasks: snapshots.map((snapshot) =>
          snapshot?.operators.find(({operatorId}) => operatorId === operator.operatorId),
        ),
      })),
    }
  }

  private attemptOf({vertex, subtaskIndex}: Pick<SubtaskPlan, 'vertex' | 'subtaskIndex'>): ExecutionAttemptId {
    const {jobId: job} = this.plan.jobGraph
    return executionAttemptId({job, vertex: vertex.vertexId, subtaskIndex, attempt: 0})
  }
}
