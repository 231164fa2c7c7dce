import type {ByteChannel} from './byte-channel.js'
import type {SharedPart} from './shared-part.js'
import type {UnfinishedFile} from './unfinished-file.js'

/** Where a byte sink writes, as plain data. */
export type SinkTargetSpec =
  | {readonly kind: 'stdout' | 'stderr'}
  | {readonly kind: 'file'; readonly path: string}
  | ({readonly kind: 'socket'} & SocketTargetOptions)

/** A TCP server to write to. */
export interface SocketTargetOptions {
  readonly host: string
  readonly port: number
  /** Further attempts to connect after the first; -1: for ever. */
  readonly maxRetries: number
  readonly retryDelayMs: number
}

/** An opened target. */
export interface SinkTarget {
  /** For messages. */
  readonly name: string
  readonly channel: ByteChannel
  /** Bytes worth gathering before a write; 0 where somebody may read along. */
  readonly gatherBytes: number
  /** All is written: makes the result appear, then calls back. */
  complete(completed: (error?: Error) => void): void
  /** Subtasks have appended so much to its temporary form themselves. Absent: they must not. */
  addShared?(part: SharedPart): void
  /** These bytes have been given to the channel. */
  wrote?(bytes: Uint8Array): void
  /** What is written so far of an output that appears when it is complete; undefined: what is written is out. */
  unfinished?(): UnfinishedFile
  /** Releases everything; what was not completed leaves no trace, unless a checkpoint may need it. */
  close(keepsUnfinished?: boolean): void
}
