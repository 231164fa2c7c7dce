import type {KeyGroupBuckets} from './key-group-buckets.js'
import type {SnapshotBuffers} from './snapshot-buffers.js'
import type {SnapshotStream} from './snapshot-stream.js'

/** Of the streams into which the rows of one state go. */
export interface StreamsOptions {
  /** Place of the state in the file's index. */
  readonly state: number
  readonly buckets: KeyGroupBuckets
  readonly maxParallelism: number
  readonly buffers: SnapshotBuffers
  /** Hears of each new stream. */
  readonly onOpen: (stream: SnapshotStream) => void
}
