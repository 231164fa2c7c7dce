/**
 * A function that hears what became of a checkpoint: `notifyCheckpointComplete` is the time for what must only happen once the state is safe.
 * A notification may be missing (the job failed before it came); then a later one stands for it.
 */
export interface CheckpointListener {
  notifyCheckpointComplete(checkpointId: number): void
  notifyCheckpointAborted?(checkpointId: number): void
}
