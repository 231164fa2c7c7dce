/** A way to the outside for bytes in order: one write at a time, and nothing of it blocks the thread. */
export interface ByteChannel {
  /** Writes all of the bytes, which must not change until `written` is called, with the error if it failed. */
  write(bytes: Uint8Array, written: (error?: Error) => void): void
  /** Lets go of the file or pipe, once the write in flight has ended. */
  close(): void
}
