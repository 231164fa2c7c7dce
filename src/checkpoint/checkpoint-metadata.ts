import type {InFlightHandle, JobId, JobVertexId, OperatorId, OperatorSubtaskState} from '../core/index.js'

/** State of one operator, by subtask; undefined: the subtask had none. */
export interface OperatorMetadata {
  readonly operatorId: OperatorId
  readonly name: string
  readonly subtasks: readonly (OperatorSubtaskState | undefined)[]
}

/** What a gate of a vertex reads. */
export interface VertexInput {
  readonly producer: JobVertexId
  /** Which of the producer's results, from 0. */
  readonly partitionIndex: number
}

/** In-flight data of a vertex; its inputs are there also if it has none itself: its producers may have. */
export interface VertexInFlight {
  /** One for each gate, in their order. */
  readonly inputs: readonly VertexInput[]
  /** By subtask. */
  readonly subtasks: readonly (InFlightHandle | undefined)[]
}

/** One vertex of the job as it ran, with the state of its operators. */
export interface VertexMetadata {
  readonly vertexId: JobVertexId
  readonly name: string
  readonly parallelism: number
  readonly maxParallelism: number
  /** Subtasks that had FINISHED before the checkpoint. */
  readonly finishedSubtasks: readonly number[]
  /** In the order of the chain; operators without state too. */
  readonly operators: readonly OperatorMetadata[]
  /** Sources: what the JobMaster had not handed out yet, as JSON (see SplitAssigner). */
  readonly splits?: unknown
  /** Of a checkpoint with data under way (of all its vertices then): what was under way to and from the subtasks. */
  readonly inFlight?: VertexInFlight
}

/** All that is known of a completed checkpoint or savepoint; `_metadata` holds it. Paths are absolute. */
export interface CheckpointMetadata {
  readonly jobId: JobId
  readonly jobName: string
  readonly checkpointId: number
  readonly type: 'checkpoint' | 'savepoint'
  /** When it was triggered. Milliseconds since the epoch. */
  readonly timestampMs: number
  readonly vertices: readonly VertexMetadata[]
}

/** A checkpoint that lies in a folder. */
export interface StoredCheckpoint {
  /** Absolute; the folder of `_metadata`. */
  readonly folder: string
  readonly metadata: CheckpointMetadata
}
