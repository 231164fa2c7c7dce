import type {Batch} from '../../columns/index.js'

/** Gathers the rows of batches of one kind; the parts of a BatchSerializer. */
export interface Gatherer<B extends Batch> {
  readonly rowCount: number
  readonly byteLength: number
  accepts(batch: B): boolean
  append(batch: B, rows: Int32Array | undefined, rowCount: number): void
  take(): Uint8Array
  /** See BatchSerializer. */
  restart(channelName: string): void
}
