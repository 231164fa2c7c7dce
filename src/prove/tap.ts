import type {TaskDeployment} from '../graph/index.js'
import type {OperatorContext, OperatorSnapshot, Output, SnapshotRequest} from '../operators/index.js'

/** Looks at what operators emit. */
export interface Tap {
  /** Before the operators of the attempt are opened. */
  deployed(deployment: TaskDeployment): void
  /** An operator is opened: answers the output that it is given instead of its own. */
  opened(context: OperatorContext, output: Output): Output
  snapshot(context: OperatorContext, request: SnapshotRequest, snapshot: OperatorSnapshot): void
}
