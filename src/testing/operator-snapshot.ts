import {assignState, type StoredCheckpoint} from '../checkpoint/index.js'
import {
  jobId,
  jobVertexId,
  type OperatorId,
  type OperatorSubtaskState,
  type RestoredOperatorState,
} from '../core/index.js'
import type {KeyedSnapshot, Operator} from '../operators/index.js'
import {type FilesInMemory, MemoryStateFiles} from './memory-state-files.js'

/** The state of one operator at one moment, for another harness to start from. */
export class HarnessSnapshot {
  /** @internal */
  constructor(
    /** @internal */
    readonly state: OperatorSubtaskState,
    /** @internal */
    readonly maxParallelism: number,
    /** @internal */
    readonly files: FilesInMemory,
  ) {}
}

/** An operator, what it is called, and which of how many subtasks it is. */
export interface SnapshotPlace {
  readonly operatorId: OperatorId
  readonly name: string
  readonly parallelism: number
  readonly subtaskIndex: number
  readonly maxParallelism: number
}

const FOLDER = 'snapshot'

/** What the operator answers at a barrier, written down. Only while nothing drains. */
export function snapshotOf(operator: Operator, checkpointId: number, place: SnapshotPlace): HarnessSnapshot {
  const files = new MemoryStateFiles()
  const options = {type: 'savepoint', alignment: 'aligned', directory: FOLDER} as const
  const {keyed, lists = []} = operator.snapshotState?.({checkpointId, timestampMs: 0, options}) ?? {}
  const {operatorId, maxParallelism} = place
  const state = {operatorId, lists, ...(keyed === undefined ? {} : {keyed: written(keyed, files)})}
  operator.checkpointCompleted?.(checkpointId)
  return new HarnessSnapshot(state, maxParallelism, files.files)
}

/** What a subtask starts from, out of the snapshots of all subtasks there were. Errors: those of `assignState`. */
export function restoredFrom(
  snapshots: readonly HarnessSnapshot[],
  place: SnapshotPlace,
): RestoredOperatorState | undefined {
  const {operatorId, name, parallelism, subtaskIndex, maxParallelism} = place
  const vertexId = jobVertexId(operatorId)
  const stored: StoredCheckpoint = {
    folder: 'the harness',
    metadata: {
      jobId: jobId(''),
      jobName: 'test',
      checkpointId: 1,
      type: 'savepoint',
      timestampMs: 0,
      vertices: [
        {
          vertexId,
          name,
          parallelism: snapshots.length,
          maxParallelism: snapshots[0].maxParallelism,
          finishedSubtasks: [],
          operators: [{operatorId: snapshots[0].state.operatorId, name, subtasks: snapshots.map(({state}) => state)}],
        },
      ],
    },
  }
  const vertex = {vertexId, name, parallelism, maxParallelism, operators: [{operatorId, name}], inputs: []}
  const {restores} = assignState(stored, [vertex], {allowsUnmapped: false})
  return restores.get(vertexId)?.[subtaskIndex].operators[0]
}

function written(snapshot: KeyedSnapshot, files: MemoryStateFiles) {
  const {keyGroupStart, keyGroupEndInclusive, format, previous} = snapshot
  const pieces: Uint8Array[] = []
  for (let next = snapshot.pieces.next(); next.done !== true; next = snapshot.pieces.next())
    pieces.push(Uint8Array.from(next.value))
  const own = pieces.length === 0 ? [] : [files.write(`${FOLDER}/${keyGroupStart}`, Buffer.concat(pieces))]
  const handle = {keyGroupStart, keyGroupEndInclusive, format, files: [...previous, ...own]}
  snapshot.written(handle)
  return handle
}
