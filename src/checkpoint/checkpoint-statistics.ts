import type {SubtaskCheckpointMetrics} from '../core/index.js'
import type {PendingCheckpoint} from './pending-checkpoint.js'

/** Checkpoints whose figures are kept. Source: Flink's web.checkpoints.history. */
const HISTORY_MAX = 10

/** Of one subtask and checkpoint. */
export interface SubtaskCheckpointRecord {
  readonly title: string
  readonly vertexIndex: number
  readonly subtaskIndex: number
  /** From the trigger to the acknowledgement. */
  readonly endToEndMs: number
  readonly metrics: SubtaskCheckpointMetrics
}

/** Of one checkpoint that has ended. Milliseconds and bytes. */
export interface CheckpointRecord {
  readonly checkpointId: number
  readonly type: 'checkpoint' | 'savepoint'
  readonly status: 'COMPLETED' | 'FAILED'
  readonly triggeredAtMs: number
  readonly durationMs: number
  /** Written for this checkpoint. */
  readonly checkpointedBytes: number
  /** Of all files it refers to, and its metadata. */
  readonly stateBytes: number
  /** The longest of all subtasks. */
  readonly alignmentMs: number
  /** A barrier overtook data. */
  readonly isUnaligned: boolean
  /** Of data under way that belongs to it. */
  readonly persistedInFlightBytes: number
  readonly folder: string
  readonly failure?: string
  readonly subtasks: readonly SubtaskCheckpointRecord[]
}

/** Counts and the last checkpoints' figures, newest first. */
export interface CheckpointStatisticsView {
  readonly completed: number
  readonly failed: number
  readonly inProgress: number
  readonly restored: number
  /** The longest that a subtask's stream stood still for a snapshot, in all checkpoints that were completed. Milliseconds. */
  readonly longestStopMs: number
  readonly history: readonly CheckpointRecord[]
}

export class CheckpointStatistics {
  completedCount = 0
  failedCount = 0
  restoredCount = 0
  private longestStopMs = 0
  private readonly history: CheckpointRecord[] = []

  ended(
    pending: PendingCheckpoint,
    end: {readonly nowMs: number; readonly metadataBytes: number; readonly failure?: string},
  ): CheckpointRecord {
    const subtasks = [...pending.acknowledged.values()].map(({task, metrics, atMs}) => ({
      title: task.title,
      vertexIndex: task.vertexIndex,
      subtaskIndex: task.subtaskIndex,
      endToEndMs: atMs - pending.triggeredAtMs,
      metrics,
    }))
    const record: CheckpointRecord = {
      checkpointId: pending.checkpointId,
      type: pending.savepoint === undefined ? 'checkpoint' : 'savepoint',
      status: end.failure === undefined ? 'COMPLETED' : 'FAILED',
      triggeredAtMs: pending.startedAtMs,
      durationMs: end.nowMs - pending.startedAtMs,
      checkpointedBytes: subtasks.reduce((sum, {metrics}) => sum + metrics.checkpointedBytes, end.metadataBytes),
      stateBytes: subtasks.reduce((sum, {metrics}) => sum + metrics.stateBytes, end.metadataBytes),
      alignmentMs: subtasks.reduce((most, {metrics}) => Math.max(most, metrics.alignmentMs), 0),
      isUnaligned: subtasks.some(({metrics}) => metrics.isUnaligned),
      persistedInFlightBytes: subtasks.reduce((sum, {metrics}) => sum + metrics.persistedInFlightBytes, 0),
      folder: pending.folder,
      ...(end.failure === undefined ? {} : {failure: end.failure}),
      subtasks,
    }
    if (end.failure === undefined) this.completed(record)
    else this.failedCount += 1
    this.history.unshift(record)
    this.history.length = Math.min(this.history.length, HISTORY_MAX)
    return record
  }

  view(inProgress: number): CheckpointStatisticsView {
    return {
      completed: this.completedCount,
      failed: this.failedCount,
      inProgress,
      restored: this.restoredCount,
      longestStopMs: this.longestStopMs,
      history: [...this.history],
    }
  }

  private completed({subtasks}: CheckpointRecord): void {
    this.completedCount += 1
    for (const {metrics} of subtasks)
      this.longestStopMs = Math.max(this.longestStopMs, metrics.syncMs, metrics.longestPieceMs)
  }
}
