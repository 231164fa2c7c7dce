import {
  type CheckpointMetadata,
  type OperatorMetadata,
  StateFiles,
  type VertexMetadata,
} from '../src/checkpoint/index.js'
import type {KeyedStateHandle, StateFileHandle} from '../src/core/index.js'
import {NodeDisk, NodeRandom} from '../src/platform/index.js'
import {KEYED_STATE_FORMAT, readStoredEntries, type StoredEntry} from '../src/state/index.js'

/** An operator as a checkpoint holds it. */
export interface StoredOperator {
  readonly vertex: VertexMetadata
  readonly operator: OperatorMetadata
}

/** The bytes of a file of state, checked. */
export type ReadFile = (file: StateFileHandle) => Uint8Array

/** All operators of a checkpoint, in the order of the job. */
export function storedOperators({vertices}: CheckpointMetadata): StoredOperator[] {
  return vertices.flatMap((vertex) => vertex.operators.map((operator) => ({vertex, operator})))
}

/** Its keyed state, subtask by subtask, by an identity that is the same in another checkpoint. One subtask's is in memory at a time. */
export function* entriesOf(
  {vertex, operator}: StoredOperator,
  readFile: ReadFile = fromDisk,
): Generator<readonly [string, StoredEntry], void> {
  const options = {operatorName: operator.name, maxParallelism: vertex.maxParallelism, readFile}
  for (const handle of operator.subtasks.flatMap((subtask) => readable(subtask?.keyed)))
    yield* readStoredEntries(handle, options)
}

function fromDisk(file: StateFileHandle): Uint8Array {
  return new StateFiles(new NodeDisk(), new NodeRandom()).read(file)
}

/** Word counts and the like are kept in forms of their own, which only their operators read. */
function readable(keyed: KeyedStateHandle | undefined): KeyedStateHandle[] {
  return keyed?.format === KEYED_STATE_FORMAT ? [keyed] : []
}
