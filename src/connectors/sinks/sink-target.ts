import type {ByteChannel} from './byte-channel.js'

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
  /** Releases everything; what was not completed leaves no trace. */
  close(): void
}
