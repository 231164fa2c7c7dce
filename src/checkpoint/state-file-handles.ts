import type {StateFileHandle} from '../core/index.js'
import type {CheckpointMetadata} from './checkpoint-metadata.js'

/** Every file of state that a checkpoint refers to; one that is shared by subtasks comes once for each. */
export function stateFilesOf({vertices}: Pick<CheckpointMetadata, 'vertices'>): StateFileHandle[] {
  return vertices.flatMap(({operators, inFlight}) => [
    ...operators.flatMap(({subtasks}) => subtasks.flatMap((subtask) => subtask?.keyed?.files ?? [])),
    ...(inFlight?.subtasks ?? []).flatMap((one) => (one === undefined ? [] : [one.file])),
  ])
}
