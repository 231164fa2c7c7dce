import type {Committer} from './sink.js'

/** Prepared when the input had ended: in no checkpoint yet. A checkpoint that began before and is completed only now does not have it. */
export const AT_THE_END = Number.MAX_SAFE_INTEGER

/** Committables that were prepared together. */
export interface PreparedCommit {
  /** The first checkpoint that has it; AT_THE_END until there is one. */
  readonly checkpointId: number
  readonly committables: readonly unknown[]
}

/**
 * The second phase of a two-phase sink: what was prepared up to a checkpoint is committed when the checkpoint is complete, in order and one
 * commit at a time.
 *
 *   prepared ─▶ (in the checkpoint) ─▶ completed(id) ─▶ commit ─▶ gone
 */
export class PendingCommits {
  private waiting: PreparedCommit[] = []
  private due: PreparedCommit[] = []
  private isCommitting = false

  constructor(
    private readonly committer: Committer<unknown>,
    private readonly events: {progressed(): void; failed(error: unknown): void},
  ) {}

  /** All that is not known to be committed. */
  get uncommitted(): readonly PreparedCommit[] {
    return [...this.due, ...this.waiting]
  }

  get isIdle(): boolean {
    return this.due.length === 0
  }

  prepared(commit: PreparedCommit): void {
    if (commit.committables.length > 0) this.waiting.push(commit)
  }

  /** At the barrier: what was prepared at the end is in this checkpoint. Answers all that is not known to be committed. */
  snapshot(checkpointId: number): readonly PreparedCommit[] {
    this.waiting = this.waiting.map((one) => (one.checkpointId === AT_THE_END ? {...one, checkpointId} : one))
    return this.uncommitted
  }

  /** This checkpoint, and so all before it, is complete. */
  completed(checkpointId: number): void {
    this.due.push(...this.waiting.filter((one) => one.checkpointId <= checkpointId))
    this.waiting = this.waiting.filter((one) => one.checkpointId > checkpointId)
    void this.commitDue()
  }

  private async commitDue(): Promise<void> {
    if (this.isCommitting) return
    this.isCommitting = true
    try {
      for (let next = this.due[0]; next !== undefined; next = this.due[0]) {
        await this.committer.commit(next.committables)
        this.due.shift()
      }
      this.events.progressed()
    } catch (error) {
      this.events.failed(error)
    }
    this.isCommitting = false
  }
}
