/**
 * Reads the bytes of one split, in order. A reader gives exactly the bytes its split owns: whole lines, also where the
 * split's range begins or ends inside of one.
 */
export interface SplitReader {
  /** What the bytes came from, for messages: a path, `standard input`, `host:port`. */
  readonly what: string
  /** Fills `target` from its start; answers the number of bytes, `'wait'` (wake follows) or `'end'`. */
  read(target: Uint8Array): number | 'wait' | 'end'
  /** Where in the input (decompressed) the next byte given stands: a reader opened there goes on. */
  readonly offset: number
  /** Bytes of the input's own size consumed so far (compressed bytes for a compressed file). */
  readonly progressBytes: number
  /** Bytes that were there when the split was cut and were not when they were to be read; known at its end. */
  readonly missingBytes?: number
  /** Where in the input the first byte given stands, for a reader that does not begin at its beginning. */
  readonly firstByte?: number
  /** For a reader whose place is more than an offset: the place, plain data. */
  readonly position?: unknown
  /** Nobody comes back to what stands before this offset. */
  forgetBefore?(offset: number): void
  close(): void
}
