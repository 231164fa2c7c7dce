import {FtsError, type JobVertexId} from '../core/index.js'
import type {JobGraphSpec} from '../graph/index.js'
import {SplitAssigner, type SplitGrant, type SplitsState} from './split-assigner.js'

/** The inputs of a job's sources, by vertex. */
export class SourceSplits {
  private readonly assigners = new Map<JobVertexId, SplitAssigner>()

  constructor(graph: JobGraphSpec) {
    for (const {vertexId, input, parallelism} of graph.vertices)
      if (input !== undefined) this.assigners.set(vertexId, new SplitAssigner(input, parallelism))
  }

  /** Bytes of bounded input; undefined if some input is endless. */
  get totalBytes(): number | undefined {
    let sum = 0
    for (const {totalBytes} of this.assigners.values()) {
      if (totalBytes === undefined) return undefined
      sum += totalBytes
    }
    return this.assigners.size === 0 ? undefined : sum
  }

  /** Undefined: the vertex is no source. */
  grant(
    vertexId: JobVertexId,
    to: {readonly subtaskIndex: number; readonly afterCheckpoint: number},
  ): SplitGrant | undefined {
    return this.assigners.get(vertexId)?.grant(to.subtaskIndex, to.afterCheckpoint)
  }

  /** See SplitAssigner.returnSplitsOf. */
  restarted(vertexId: JobVertexId, of: {readonly subtaskIndex: number; readonly checkpointId: number}): void {
    this.assigners.get(vertexId)?.returnSplitsOf(of.subtaskIndex, of.checkpointId)
  }

  /** See SplitAssigner.journaledIn. */
  journaledIn(ownedFolder: string): void {
    for (const [vertexId, assigner] of this.assigners) assigner.journaledIn(ownedFolder, vertexId)
  }

  /** See SplitAssigner.inherited. */
  inherited(): ReturnType<SplitAssigner['inherited']> {
    return [...this.assigners.values()].flatMap((assigner) => assigner.inherited())
  }

  covered(checkpointId: number): void {
    for (const assigner of this.assigners.values()) assigner.covered(checkpointId)
  }

  snapshot(vertexId: JobVertexId): SplitsState | undefined {
    return this.assigners.get(vertexId)?.snapshot()
  }

  /** Errors: `user` FTS_CHECKPOINT_NEWER_FORMAT. */
  restore(vertexId: JobVertexId, state: unknown): void {
    const {version} = state as SplitsState
    if (version !== 1)
      throw new FtsError(
        'user',
        'FTS_CHECKPOINT_NEWER_FORMAT',
        `the checkpoint holds splits in version ${version} of their format, and this fts reads version 1`,
        {version},
        {tryThis: 'Restore it with the fts that wrote it, or a newer one.'},
      )
    this.assigners.get(vertexId)?.restore(state as SplitsState)
  }
}
