import {
  FtsError,
  type JobVertexId,
  keyGroupRangeOf,
  type OperatorId,
  type OperatorListState,
  type OperatorSubtaskState,
  type RestoredChannel,
  type RestoredOperatorState,
  type TaskRestore,
} from '../core/index.js'
import {assignInFlight, type RestoringInput} from './assign-in-flight.js'
import type {CheckpointMetadata, OperatorMetadata, StoredCheckpoint, VertexMetadata} from './checkpoint-metadata.js'

/** A vertex of the job that is to be restored. */
export interface RestoringVertex {
  readonly vertexId: JobVertexId
  readonly name: string
  readonly parallelism: number
  readonly maxParallelism: number
  readonly operators: readonly {readonly operatorId: OperatorId; readonly name: string}[]
  /** One for each gate, in their order. */
  readonly inputs: readonly RestoringInput[]
}

/** What of a checkpoint goes where. */
export interface StateAssignment {
  readonly checkpointId: number
  /** Restores by subtask, of each vertex. */
  readonly restores: ReadonlyMap<JobVertexId, readonly TaskRestore[]>
  /** What the JobMaster had not handed out of a source's input, by the vertex whose source it is now. */
  readonly splits: ReadonlyMap<JobVertexId, unknown>
  /** Operators that find their state. */
  readonly mapped: readonly string[]
  /** Operators of the job for which the checkpoint has none. */
  readonly fresh: readonly string[]
  /** Operators of the checkpoint with state that the job does not have. */
  readonly unmapped: readonly string[]
}

/**
 * Deals out a checkpoint's state to a job, operator by operator (they are found by their ids, from `uid` or their place).
 *
 * Keyed state goes to the subtasks whose key groups it holds; lists are left as they were at the same parallelism, else their elements
 * are dealt out one by one (`split`), or every subtask gets all (`union`), or one copy (`broadcast`).
 *
 * Errors   `user` FTS_STATE_NOT_MAPPED (unless `allowsUnmapped`), FTS_MAX_PARALLELISM, FTS_IN_FLIGHT_NOT_MAPPED.
 * Source   Flink 2.3 StateAssignmentOperation, RoundRobinOperatorStateRepartitioner.
 */
export function assignState(
  {metadata, folder}: StoredCheckpoint,
  vertices: readonly RestoringVertex[],
  {allowsUnmapped}: {readonly allowsUnmapped: boolean},
): StateAssignment {
  const old = operatorsOf(metadata)
  const inFlight = assignInFlight(folder, metadata.vertices, vertices)
  const restores = new Map<JobVertexId, TaskRestore[]>()
  const splits = new Map<JobVertexId, unknown>()
  for (const vertex of vertices) {
    checkMaxParallelism(vertex, old)
    const dealt = restoresOf(metadata, vertex, {old, inFlight: inFlight.get(vertex.vertexId)})
    restores.set(
      vertex.vertexId,
      dealt.map((restore) => ({...restore, folder})),
    )
    const source = old.get(vertex.operators[0].operatorId)
    if (source?.vertex.splits !== undefined && source.isHead) splits.set(vertex.vertexId, source.vertex.splits)
  }
  const present = new Set(vertices.flatMap((vertex) => vertex.operators.map(({operatorId}) => operatorId)))
  const unmapped = [...old.values()].filter((one) => hasState(one) && !present.has(one.operator.operatorId))
  if (unmapped.length > 0 && !allowsUnmapped) throw notMapped(folder, unmapped)
  const all = vertices.flatMap((vertex) => vertex.operators)
  const finds = (operatorId: OperatorId) => {
    const found = old.get(operatorId)
    return found !== undefined && hasState(found)
  }
  return {
    checkpointId: metadata.checkpointId,
    restores,
    splits,
    mapped: all.filter(({operatorId}) => finds(operatorId)).map(({name}) => name),
    fresh: all.filter(({operatorId}) => !old.has(operatorId)).map(({name}) => name),
    unmapped: unmapped.map(({operator}) => operator.name),
  }
}

interface OldOperator {
  readonly operator: OperatorMetadata
  readonly vertex: VertexMetadata
  /** First of its chain: the vertex's splits are its. */
  readonly isHead: boolean
}

function operatorsOf({vertices}: CheckpointMetadata): Map<OperatorId, OldOperator> {
  return new Map(
    vertices.flatMap((vertex) =>
      vertex.operators.map(
        (operator, index) => [operator.operatorId, {operator, vertex, isHead: index === 0}] as const,
      ),
    ),
  )
}

function hasState({operator, vertex, isHead}: OldOperator): boolean {
  return (isHead && vertex.splits !== undefined) || operator.subtasks.some((one) => one !== undefined && isThere(one))
}

function isThere({keyed, lists}: OperatorSubtaskState): boolean {
  return keyed !== undefined || lists.length > 0
}

function restoresOf(
  {checkpointId}: CheckpointMetadata,
  vertex: RestoringVertex,
  of: {
    readonly old: ReadonlyMap<OperatorId, OldOperator>
    readonly inFlight: readonly (readonly RestoredChannel[])[] | undefined
  },
): TaskRestore[] {
  const {old} = of
  const inFlightOf = (subtaskIndex: number) => of.inFlight?.[subtaskIndex] ?? []
  return Array.from({length: vertex.parallelism}, (_, subtaskIndex) => ({
    checkpointId,
    operators: vertex.operators
      .map(({operatorId}) => restoredOf(old.get(operatorId), vertex, subtaskIndex))
      .filter((one) => one !== undefined),
    ...(inFlightOf(subtaskIndex).length === 0 ? {} : {inFlight: inFlightOf(subtaskIndex)}),
    ...(hadFinished(vertex, subtaskIndex, old) ? {finished: true as const} : {}),
  }))
}

/** As before at the same parallelism; at another, only if all had finished. */
function hadFinished(
  {operators, parallelism}: RestoringVertex,
  subtaskIndex: number,
  old: ReadonlyMap<OperatorId, OldOperator>,
): boolean {
  return operators.every(({operatorId}) => {
    const vertex = old.get(operatorId)?.vertex
    if (vertex === undefined) return false
    if (vertex.parallelism === parallelism) return vertex.finishedSubtasks.includes(subtaskIndex)
    return vertex.finishedSubtasks.length === vertex.parallelism
  })
}

function restoredOf(
  old: OldOperator | undefined,
  vertex: RestoringVertex,
  subtaskIndex: number,
): RestoredOperatorState | undefined {
  if (old === undefined || !old.operator.subtasks.some((one) => one !== undefined)) return undefined
  const {operatorId, subtasks} = old.operator
  const {parallelism, maxParallelism} = vertex
  const range = keyGroupRangeOf(subtaskIndex, parallelism, maxParallelism)
  const keyed = subtasks
    .map((one) => one?.keyed)
    .filter((one) => one !== undefined)
    .filter((one) => one.keyGroupStart <= range.keyGroupEndInclusive && range.keyGroupStart <= one.keyGroupEndInclusive)
  const lists =
    subtasks.length === parallelism ? sameLists(subtasks, subtaskIndex) : dealt(subtasks, parallelism, subtaskIndex)
  return {operatorId, keyed, lists}
}

/** Nothing moves, but what is everybody's is everybody's. */
function sameLists(
  subtasks: readonly (OperatorSubtaskState | undefined)[],
  subtaskIndex: number,
): readonly OperatorListState[] {
  const own = (subtasks[subtaskIndex]?.lists ?? []).filter(({distribution}) => distribution !== 'union')
  return [
    ...own,
    ...dealt(subtasks, subtasks.length, subtaskIndex).filter(({distribution}) => distribution === 'union'),
  ]
}

function dealt(
  subtasks: readonly (OperatorSubtaskState | undefined)[],
  parallelism: number,
  subtaskIndex: number,
): OperatorListState[] {
  const byName = new Map<string, OperatorListState[]>()
  for (const list of subtasks.flatMap((one) => one?.lists ?? []))
    byName.set(list.name, [...(byName.get(list.name) ?? []), list])
  return [...byName.values()].map((parts) => {
    const {name, distribution} = parts[0]
    return {name, distribution, elements: elementsFor(parts, parallelism, subtaskIndex)}
  })
}

function elementsFor(parts: readonly OperatorListState[], parallelism: number, subtaskIndex: number): Uint8Array[] {
  if (parts[0].distribution === 'broadcast') return [...parts[0].elements]
  const all = parts.flatMap(({elements}) => elements)
  if (parts[0].distribution === 'union') return all
  return all.filter((_, index) => index % parallelism === subtaskIndex)
}

function checkMaxParallelism(vertex: RestoringVertex, old: ReadonlyMap<OperatorId, OldOperator>): void {
  for (const {operatorId, name} of vertex.operators) {
    const found = old.get(operatorId)
    if (found === undefined || !found.operator.subtasks.some((one) => one?.keyed !== undefined)) continue
    const {maxParallelism} = found.vertex
    if (maxParallelism === vertex.maxParallelism) continue
    const message =
      vertex.parallelism > maxParallelism
        ? `"${name}" cannot be restored at parallelism ${vertex.parallelism}: its state was written with a max parallelism of ${maxParallelism}`
        : `"${name}" cannot be restored with a max parallelism of ${vertex.maxParallelism}: its state was written with ${maxParallelism}`
    const tryThis =
      vertex.parallelism > maxParallelism
        ? `Use -p ${maxParallelism} or less.`
        : `Set the max parallelism to ${maxParallelism}, as it was.`
    throw new FtsError('user', 'FTS_MAX_PARALLELISM', message, {operatorId, maxParallelism}, {tryThis})
  }
}

function notMapped(folder: string, unmapped: readonly OldOperator[]): FtsError {
  const names = unmapped.map(({operator}) => `"${operator.name}" (${operator.operatorId})`)
  return new FtsError(
    'user',
    'FTS_STATE_NOT_MAPPED',
    `the checkpoint in ${folder} has state of ${names.join(', ')}, which the job does not have`,
    {folder, operatorCount: unmapped.length},
    {
      tryThis:
        'Give the operators the uid() they had before, or leave their state behind with -n (--allowNonRestoredState).',
    },
  )
}
