import type {CheckpointMetadata} from '../checkpoint/index.js'
import type {FilesInMemory} from './memory-state-files.js'

/** The state of a whole job at one moment, for another JobDriver to start from. */
export class JobSnapshot {
  /** @internal */
  constructor(
    /** @internal */
    readonly metadata: CheckpointMetadata,
    /** @internal */
    readonly files: FilesInMemory,
  ) {}
}
