/** A write costs a trip to the thread pool, so pieces are gathered to this size. */
const BUFFER_BYTES = 256 * 1024
/** Buffers that are kept for the next file. */
const KEPT_MAX = 8

/**
 * Buffers in which bytes wait for the disk, used again and again.
 *
 * Memory outside of the heap makes the collector begin anew with every 64 MB that were allocated: a task with a million keys that writes
 * a snapshot a second was marked twice a second while each piece was memory of its own (2026-11-21).
 */
export class WriteBuffers {
  private readonly free: Uint8Array[] = []

  take(): Uint8Array {
    return this.free.pop() ?? new Uint8Array(BUFFER_BYTES)
  }

  give(buffer: Uint8Array): void {
    if (this.free.length < KEPT_MAX) this.free.push(buffer)
  }
}
