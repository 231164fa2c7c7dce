import type {ErrorData} from './errors.js'
import type {ExecutionAttemptId, OperatorId} from './ids.js'

/**
 * How a barrier goes through channels that are not empty: behind what is in them (`aligned` holds channels back, `atLeastOnce` does not),
 * or ahead of it (`unaligned`): what it overtakes belongs to the checkpoint.
 */
export type CheckpointAlignment = 'aligned' | 'unaligned' | 'atLeastOnce'

/** What every subtask must know of one checkpoint; it travels with the barrier. */
export interface CheckpointOptions {
  /** A savepoint is asked for, belongs to the user and shares no file with any checkpoint. */
  readonly type: 'checkpoint' | 'savepoint'
  readonly alignment: CheckpointAlignment
  /** Of an aligned one: so long after its timestamp, a barrier that has not got through is unaligned from then on. */
  readonly alignedTimeoutMs?: number
  /** Absolute folder of files that belong to this checkpoint alone. It exists. */
  readonly directory: string
  /** Absolute folder of files that later checkpoints may refer to as well; absent for savepoints. It exists. */
  readonly sharedDirectory?: string
  /** The job ends after it: `suspend` keeps open windows for the restored job, `drain` ends all input and fires them before the barrier. */
  readonly thenStop?: 'suspend' | 'drain'
}

/**
 * A file of state, complete and synced.
 *
 * Shape   `path` is absolute while a job runs; in metadata it is relative to the checkpoint's folder where it lies below or beside it.
 * Units   `crc32` is of the whole file, unsigned.
 */
export interface StateFileHandle {
  readonly path: string
  readonly sizeBytes: number
  readonly crc32: number
}

/**
 * Keyed state of one operator subtask: the files in the order in which they are to be read, each replacing what the ones before
 * said of the same entries. One file: all of it. More: a base, and runs of what changed since.
 */
export interface KeyedStateHandle {
  readonly keyGroupStart: number
  readonly keyGroupEndInclusive: number
  /** Name and version of what is in the files, see the README of the room that wrote them. */
  readonly format: string
  readonly files: readonly StateFileHandle[]
}

/** How elements of a list are dealt out when a job is restored: each to one subtask in turn, or all to all. */
export type ListDistribution = 'split' | 'union' | 'broadcast'

/** A list of operator state: its elements as bytes, opaque to everybody but the operator. */
export interface OperatorListState {
  readonly name: string
  readonly distribution: ListDistribution
  readonly elements: readonly Uint8Array[]
}

/** All that one operator of one subtask has said of itself at a barrier. */
export interface OperatorSubtaskState {
  readonly operatorId: OperatorId
  readonly keyed?: KeyedStateHandle
  readonly lists: readonly OperatorListState[]
}

/**
 * A channel with data in a file of in-flight data.
 *
 * Shape   `input`: `exchange` is the gate, `peer` the producer's subtask. `output`: the result partition, and the consumer's subtask.
 * Units   `sizeBytes` of payload.
 */
export interface InFlightChannel {
  readonly side: 'input' | 'output'
  readonly exchange: number
  readonly peer: number
  readonly sizeBytes: number
}

/** What was under way to and from one subtask when it took an unaligned checkpoint; the file's format is on a page of the room shuffle. */
export interface InFlightHandle {
  readonly format: string
  readonly file: StateFileHandle
  readonly channels: readonly InFlightChannel[]
}

/** What a subtask acknowledges a checkpoint with: one entry for each of its operators that has state. */
export interface SubtaskSnapshot {
  readonly operators: readonly OperatorSubtaskState[]
  /** Absent: its barriers overtook nothing. */
  readonly inFlight?: InFlightHandle
}

/** Of one subtask and checkpoint. Milliseconds and bytes. */
export interface SubtaskCheckpointMetrics {
  /** From the first barrier to the last. */
  readonly alignmentMs: number
  /** From the barrier's start at the source to its arrival here. */
  readonly startDelayMs: number
  /** The stream stood still. */
  readonly syncMs: number
  readonly asyncMs: number
  /** The longest that the stream stood still for a piece of the asynchronous part. */
  readonly longestPieceMs: number
  /** Written for this checkpoint. */
  readonly checkpointedBytes: number
  /** Of all files the snapshot refers to. */
  readonly stateBytes: number
  /** The subtask did not wait for all its barriers, or its own overtook its output. */
  readonly isUnaligned: boolean
  /** Of data under way that belongs to the checkpoint. */
  readonly persistedInFlightBytes: number
}

/**
 * What an operator of a new attempt starts from. Already dealt out for its parallelism: `keyed` may come from several old subtasks, and
 * then holds key groups that are not the operator's; it takes only those of its own range.
 */
export interface RestoredOperatorState {
  readonly operatorId: OperatorId
  readonly keyed: readonly KeyedStateHandle[]
  readonly lists: readonly OperatorListState[]
}

/**
 * What was under way in one old channel, to be taken before any new input: what its consumer had received, then what its producer had not
 * sent. A message may begin in one part and end in the next.
 */
export interface RestoredChannel {
  readonly gate: number
  /** The old producer's subtask. At the same parallelism it is the one that fills the channel now. */
  readonly producerSubtask: number
  readonly parts: readonly {readonly file: StateFileHandle; readonly channel: Omit<InFlightChannel, 'sizeBytes'>}[]
  /**
   * Absent: all is as it was. Else the parallelism of one side has changed, and only rows are taken: all of the channel (`whole`), or those
   * that the exchange gives to this subtask now (`own`).
   */
  readonly rescaled?: 'whole' | 'own'
}

/** With a deployment: the checkpoint a subtask is restored from. */
export interface TaskRestore {
  readonly checkpointId: number
  /** Where the checkpoint or savepoint lies. */
  readonly folder?: string
  readonly operators: readonly RestoredOperatorState[]
  /** Of an unaligned checkpoint, in the order in which they are to be taken. */
  readonly inFlight?: readonly RestoredChannel[]
  /**
   * The subtask had FINISHED before the checkpoint: all it ever said is in the state of others. Its operators do no work and emit
   * nothing; a last watermark and the end of data go on, and it finishes.
   */
  readonly finished?: true
}

/** What a task has to say of checkpoints. */
export type CheckpointReport =
  | {
      readonly kind: 'acknowledgeCheckpoint'
      readonly attemptId: ExecutionAttemptId
      readonly checkpointId: number
      readonly snapshot: SubtaskSnapshot
      readonly metrics: SubtaskCheckpointMetrics
    }
  /** The checkpoint does not come about here. */
  | {
      readonly kind: 'declineCheckpoint'
      readonly attemptId: ExecutionAttemptId
      readonly checkpointId: number
      readonly error: ErrorData
    }
  /**
   * All input has ended and been worked on, and sinks of the task wait for a checkpoint that is triggered from now on (they commit
   * when it is completed, and then the task finishes). Sent once an attempt, only where checkpoints are on.
   */
  | {readonly kind: 'taskAwaitsCheckpoint'; readonly attemptId: ExecutionAttemptId}
