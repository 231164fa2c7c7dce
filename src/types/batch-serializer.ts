import type {Batch} from '../columns/index.js'

/**
 * Gathers rows for one subpartition and encodes them as one message. One per sending channel; it may keep state that the
 * reader on the other side mirrors (schemas already sent), so messages are read in the order they were taken.
 */
export interface BatchSerializer {
  /** Copies rows of a batch: those listed in `rows[0 .. rowCount)`, or all when `rows` is undefined. */
  append(batch: Batch, rows: Int32Array | undefined, rowCount: number): void
  /** Rows gathered since the last `take`. */
  readonly rowCount: number
  /** About how many bytes `take` would give now. */
  readonly byteLength: number
  /** The message with all gathered rows; valid until the next `append`. */
  take(): Uint8Array
  /**
   * A block of text as a message of its own, without a copy: what comes before its bytes. Valid until the next call. For a large block, when nothing
   * is gathered; undefined for rows.
   */
  headOf(batch: Batch): Uint8Array | undefined
  /** Forgets rows and what was sent, but keeps its buffers: the next message is the first of a channel, of this name. */
  restart(channelName: string): void
  /** Whether rows of this batch may join those gathered; if not, `take` first (another schema, another kind). */
  accepts(batch: Batch): boolean
}

/** Reads messages of one channel. The batch is a view of the message where it can be. */
export interface BatchDeserializer {
  read(message: Uint8Array): Batch
}
