import type {StateFileHandle} from '../../core/index.js'

/** Runs of changes that a base may have before all is written anew. */
const RUNS_MAX = 32

interface Known {
  readonly checkpointId: number
  readonly epoch: number
  readonly files: readonly StateFileHandle[]
}

/**
 * Which files the next incremental snapshot may build upon: those of the last completed checkpoint.
 *
 *   base ─▶ run ─▶ run ─▶ …      written anew when the runs are larger than half of the base, or more than RUNS_MAX
 *
 * Shape    A checkpoint that was written and has not completed changes nothing: the next one contains its changes again.
 */
export class SnapshotChain {
  private completed: Known | undefined = undefined
  private pending: Known[] = []

  /** Undefined: there is nothing to build upon, or it has become too much. */
  base(): Known | undefined {
    return this.completed === undefined || isOutgrown(this.completed.files) ? undefined : this.completed
  }

  written(known: Known): void {
    this.pending.push(known)
  }

  /** Answers up to which epoch changes are settled; undefined where the checkpoint is not known here. */
  complete(checkpointId: number): number | undefined {
    const completed = this.pending.filter((known) => known.checkpointId <= checkpointId).at(-1)
    if (completed === undefined) return undefined
    this.completed = completed
    this.pending = this.pending.filter((known) => known.checkpointId > checkpointId)
    return completed.epoch
  }

  abort(checkpointId: number): void {
    this.pending = this.pending.filter((known) => known.checkpointId !== checkpointId)
  }
}

function isOutgrown(files: readonly StateFileHandle[]): boolean {
  const [base, ...runs] = files
  if (base === undefined) return false
  return runs.length >= RUNS_MAX || 2 * runs.reduce((sum, {sizeBytes}) => sum + sizeBytes, 0) > base.sizeBytes
}
