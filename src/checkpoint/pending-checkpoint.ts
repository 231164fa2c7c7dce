import {
  assert,
  type ExecutionAttemptId,
  type JobId,
  move,
  type StateFileHandle,
  type SubtaskCheckpointMetrics,
  type SubtaskSnapshot,
} from '../core/index.js'
import type {CheckpointMetadata, OperatorMetadata} from './checkpoint-metadata.js'
import type {CheckpointPlan, PlannedTask} from './checkpoint-plan.js'
import {CHECKPOINT_MOVES, type CheckpointState} from './checkpoint-state.js'
import type {SavepointRequest} from './savepoint-request.js'

interface Acknowledged {
  readonly task: PlannedTask
  readonly snapshot: SubtaskSnapshot
  readonly metrics: SubtaskCheckpointMetrics
  readonly atMs: number
}

/** One checkpoint on its way: who has answered and what came. */
export class PendingCheckpoint {
  state: CheckpointState = 'PREPARING'
  /** Its folder is there. */
  isPrepared = false
  triggeredAtMs = 0
  plan: CheckpointPlan = {tasks: [], vertices: []}
  readonly acknowledged = new Map<ExecutionAttemptId, Acknowledged>()

  constructor(
    readonly checkpointId: number,
    readonly folder: string,
    readonly savepoint: SavepointRequest | undefined,
    readonly startedAtMs: number,
  ) {}

  get isOpen(): boolean {
    return this.state === 'PREPARING' || this.state === 'TRIGGERED' || this.state === 'STORING'
  }

  get isComplete(): boolean {
    return this.acknowledged.size === this.plan.tasks.length
  }

  /** For people: `checkpoint 7`, `savepoint 8`. */
  get title(): string {
    return `${this.savepoint === undefined ? 'checkpoint' : 'savepoint'} ${this.checkpointId}`
  }

  moveTo(state: CheckpointState): void {
    this.state = move(CHECKPOINT_MOVES, this.title, this.state, state)
  }

  /** The subtask whose answer is awaited; undefined if it has answered or takes no part. */
  awaited(attemptId: ExecutionAttemptId): PlannedTask | undefined {
    if (this.acknowledged.has(attemptId)) return undefined
    return this.plan.tasks.find((task) => task.attemptId === attemptId)
  }

  /** Those that have not answered. */
  get missing(): readonly PlannedTask[] {
    return this.plan.tasks.filter(({attemptId}) => !this.acknowledged.has(attemptId))
  }

  get files(): StateFileHandle[] {
    return [...this.acknowledged.values()].flatMap(({snapshot}) => filesOf(snapshot))
  }

  toMetadata(job: {readonly jobId: JobId; readonly jobName: string}): CheckpointMetadata {
    assert(this.isComplete, 'a checkpoint that is stored has all its answers', {checkpointId: this.checkpointId})
    const byPlace = new Map([...this.acknowledged.values()].map((one) => [placeOf(one.task), one]))
    const hasInFlight = [...this.acknowledged.values()].some(({snapshot}) => snapshot.inFlight !== undefined)
    const snapshotOf = (vertexIndex: number, subtaskIndex: number) =>
      byPlace.get(placeOf({vertexIndex, subtaskIndex}))?.snapshot
    const stateOf = (vertexIndex: number, operatorId: string, subtaskIndex: number) =>
      snapshotOf(vertexIndex, subtaskIndex)?.operators.find((one) => one.operatorId === operatorId)
    return {
      ...job,
      checkpointId: this.checkpointId,
      type: this.savepoint === undefined ? 'checkpoint' : 'savepoint',
      timestampMs: this.triggeredAtMs,
      vertices: this.plan.vertices.map(({inputs, ...vertex}, vertexIndex) => ({
        ...vertex,
        ...(hasInFlight
          ? {
              inFlight: {
                inputs,
                subtasks: Array.from(
                  {length: vertex.parallelism},
                  (_, index) => snapshotOf(vertexIndex, index)?.inFlight,
                ),
              },
            }
          : {}),
        operators: vertex.operators.map(
          ({operatorId, name}): OperatorMetadata => ({
            operatorId,
            name,
            subtasks: Array.from({length: vertex.parallelism}, (_, subtaskIndex) =>
              stateOf(vertexIndex, operatorId, subtaskIndex),
            ),
          }),
        ),
      })),
    }
  }
}

export function filesOf({operators, inFlight}: SubtaskSnapshot): StateFileHandle[] {
  return [...operators.flatMap(({keyed}) => keyed?.files ?? []), ...(inFlight === undefined ? [] : [inFlight.file])]
}

function placeOf({vertexIndex, subtaskIndex}: {readonly vertexIndex: number; readonly subtaskIndex: number}): string {
  return `${vertexIndex} ${subtaskIndex}`
}
