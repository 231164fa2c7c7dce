import type {ExecutionAttemptId} from '../core/index.js'
import type {OperatorMetadata, VertexInput, VertexMetadata} from './checkpoint-metadata.js'

/** A subtask that takes part in a checkpoint. */
export interface PlannedTask {
  readonly attemptId: ExecutionAttemptId
  readonly vertexIndex: number
  readonly subtaskIndex: number
  /** For people: `"Count" (2/4)`. */
  readonly title: string
  /** It gets the trigger and puts the barrier into its streams; the others get the barrier. */
  readonly isTriggered: boolean
}

/** A vertex without the state of its operators. */
export type PlannedVertex = Omit<VertexMetadata, 'operators' | 'inFlight'> & {
  readonly operators: readonly Pick<OperatorMetadata, 'operatorId' | 'name'>[]
  /** One for each gate, in their order. */
  readonly inputs: readonly VertexInput[]
}

/** Who takes part in a checkpoint that is triggered now. */
export interface CheckpointPlan {
  readonly tasks: readonly PlannedTask[]
  readonly vertices: readonly PlannedVertex[]
}
