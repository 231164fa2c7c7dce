import type {CheckpointMetadata, StoredCheckpoint} from './checkpoint-metadata.js'
import type {SharedFileRegistry} from './shared-file-registry.js'
import {stateFilesOf} from './state-file-handles.js'

/** A job's completed checkpoints, the last `retainedCount` of them, and what may be deleted when older ones go. */
export class CompletedCheckpointStore {
  private readonly checkpoints: StoredCheckpoint[] = []

  constructor(
    private readonly retainedCount: number,
    private readonly files: SharedFileRegistry,
  ) {}

  /** The one to restore from. */
  get latest(): StoredCheckpoint | undefined {
    return this.checkpoints.at(-1)
  }

  /** Oldest first. */
  get all(): readonly StoredCheckpoint[] {
    return this.checkpoints
  }

  /** Takes a checkpoint whose files are registered; answers folders and files that nobody needs any more (a savepoint's are its owner's). */
  add(folder: string, metadata: CheckpointMetadata): readonly string[] {
    this.checkpoints.push({folder, metadata})
    const subsumed = this.checkpoints.splice(0, this.checkpoints.length - this.retainedCount)
    for (const one of subsumed) this.files.unregister(stateFilesOf(one.metadata))
    const ours = subsumed.filter((one) => one.metadata.type === 'checkpoint')
    return [...ours.map((one) => one.folder), ...this.files.completed()]
  }

  /** It cannot be read: the one before it is the latest now. Its files are left where they are, for whoever looks into it. */
  dropLatest(): StoredCheckpoint | undefined {
    return this.checkpoints.pop()
  }
}
