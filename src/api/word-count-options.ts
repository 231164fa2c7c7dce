import type {RowFormat, WordOrder} from '../columns/index.js'
import type {Configuration} from '../config/index.js'
import type {JobId} from '../core/index.js'

/** Where a word count reads: files, folders and globs; standard input; or a TCP server. */
export type WordCountInput =
  | {readonly kind: 'paths'; readonly paths: readonly string[]}
  | {readonly kind: 'stdin'}
  | {readonly kind: 'socket'; readonly host: string; readonly port: number}

export interface WordCountOptions {
  readonly jobId: JobId
  readonly input: WordCountInput
  /** `batch` prints each word once, at the end; `streaming` the running count of every word as it comes. */
  readonly mode: 'batch' | 'streaming'
  readonly sort: WordOrder
  /** Only the first rows, in this order. */
  readonly top?: number
  readonly format: RowFormat
  /** Absent: standard output. */
  readonly outputPath?: string
  readonly parallelism: number
  /** False puts one task into one slot. */
  readonly slotSharing: boolean
  readonly configuration: Configuration
}
