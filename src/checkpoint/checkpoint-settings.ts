import type {CheckpointAlignment} from '../core/index.js'

/** What a job says about its checkpoints. Milliseconds. */
export interface CheckpointSettings {
  /** Undefined: only when asked for. */
  readonly intervalMs: number | undefined
  readonly timeoutMs: number
  readonly minPauseMs: number
  readonly maxConcurrent: number
  /** Failures in a row that the job survives. */
  readonly tolerableFailures: number
  readonly alignment: CheckpointAlignment
  /** Unaligned checkpoints begin aligned, for so long; 0: they do not. */
  readonly alignedTimeoutMs: number
  /** Later checkpoints build upon files of earlier ones. */
  readonly isIncremental: boolean
  /** Completed checkpoints that are kept, at least 1. */
  readonly retainedCount: number
  readonly retention: CheckpointRetention
  /** Whether checkpoints go on when some tasks have finished. */
  readonly afterTasksFinish: boolean
  /** The job's folder: `<execution.checkpointing.dir>/<job id>`. */
  readonly folder: string
}

export type CheckpointRetention = 'NO_EXTERNALIZED_CHECKPOINTS' | 'DELETE_ON_CANCELLATION' | 'RETAIN_ON_CANCELLATION'

/** Whether the checkpoints stay when the job has ended so. Source: Flink 2.3 CheckpointProperties. */
export function isRetained(retention: CheckpointRetention, status: 'FINISHED' | 'FAILED' | 'CANCELED'): boolean {
  if (status === 'FINISHED' || retention === 'NO_EXTERNALIZED_CHECKPOINTS') return false
  return status === 'FAILED' || retention === 'RETAIN_ON_CANCELLATION'
}
