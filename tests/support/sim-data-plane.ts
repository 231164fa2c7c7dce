import type {ExecutionAttemptId, JobVertexId, ResultPartitionId, Split} from '../../src/core/index.js'
import type {TaskDeployment} from '../../src/graph/index.js'

/**
 * What simulated tasks know of each other: which result partitions are complete and which are gone, and who was given which
 * split. Checks that no split is in the hands of two attempts that count.
 */
export class SimDataPlane {
  readonly violations: string[] = []
  private readonly complete = new Set<ResultPartitionId>()
  private readonly gone = new Set<ResultPartitionId>()
  private readonly holders = new Map<string, ExecutionAttemptId>()
  private readonly splits = new Map<JobVertexId, Split[]>()
  private readonly processed = new Set<string>()
  private readonly finished = new Set<ExecutionAttemptId>()

  given(task: TaskDeployment, splits: readonly Split[]): void {
    for (const split of splits) {
      const key = `${task.vertexId}#${split.splitId}`
      const holder = this.holders.get(key)
      if (holder !== undefined) this.violations.push(`split ${key} went to ${task.attemptId} and ${holder} has it`)
      this.holders.set(key, task.attemptId)
      this.splits.set(task.vertexId, [...(this.splits.get(task.vertexId) ?? []), split])
    }
  }

  split(task: TaskDeployment, split: Split): void {
    this.processed.add(`${task.vertexId}#${split.splitId}`)
  }

  taskEnded(task: TaskDeployment, how: 'FINISHED' | 'FAILED' | 'CANCELED'): void {
    for (const {partitionId} of task.resultPartitions) (how === 'FINISHED' ? this.complete : this.gone).add(partitionId)
    if (how === 'FINISHED') this.finished.add(task.attemptId)
    else for (const [key, holder] of this.holders) if (holder === task.attemptId) this.holders.delete(key)
  }

  inputOf(task: TaskDeployment): 'complete' | 'gone' | 'open' {
    const inputs = task.inputGates.flatMap((gate) => gate.channels.map(({partitionId}) => partitionId))
    if (inputs.some((id) => this.gone.has(id))) return 'gone'
    return inputs.every((id) => this.complete.has(id)) ? 'complete' : 'open'
  }

  /** Of a vertex whose job has finished: the byte ranges that were processed, by path, or why they are wrong. */
  processedBytes(vertexId: JobVertexId): Map<string, number> {
    const bytes = new Map<string, number>()
    const ranges = (this.splits.get(vertexId) ?? []).filter((split) => split.kind === 'file')
    ranges.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.startByte - b.startByte))
    for (const split of ranges) {
      if (!this.processed.has(`${vertexId}#${split.splitId}`))
        this.violations.push(`split ${split.splitId} was not read`)
      const done = bytes.get(split.path) ?? 0
      if (split.startByte !== done)
        this.violations.push(`${split.path}: a split starts at ${split.startByte}, not ${done}`)
      bytes.set(split.path, split.endByte)
    }
    return bytes
  }
}
