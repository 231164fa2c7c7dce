import type {IOManager, SpillFile} from '../../io/index.js'
import type {TaskMetrics} from '../../metrics/index.js'
import type {Steps} from '../steps.js'

/** What spilling needs of an operator's context. */
export interface SpillParts {
  readonly io: IOManager
  /** Owner of the files. */
  readonly owner: string
  readonly metrics: TaskMetrics
  wake(): void
}

/** Writes bytes behind and counts them; the caller asks `hasRoom` between batches. */
export function spillBytes(parts: SpillParts, file: SpillFile, bytes: Uint8Array): void {
  file.write(bytes)
  parts.metrics.add('spilledBytes', bytes.length)
}

/** Waits until the file has room for more. */
export function* waitForRoom(parts: SpillParts, file: SpillFile): Steps {
  while (!file.hasRoom(parts.wake)) yield
}

/** Ends the file and waits until it is written. */
export function* finishFile(parts: SpillParts, file: SpillFile): Steps {
  while (!file.finish(parts.wake)) yield
}

/** Waits until all that the files have taken is written; more may follow. */
export function* flushFiles(parts: SpillParts, files: readonly SpillFile[]): Steps {
  // All of them begin before the first is waited for.
  for (const file of files) file.flush(parts.wake)
  for (const file of files) while (!file.flush(parts.wake)) yield
}
