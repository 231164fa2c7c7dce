/**
 * Bytes by key, in the order of the keys, on disk: where state lies that is larger than memory. Synchronous, for one thread, scratch: nobody
 * reads it after the process has ended.
 *
 * Shape    Keys are compared byte by byte, as unsigned numbers. The store copies what it is given; what it gives belongs to the caller.
 * Errors   `restartable` FTS_STORE_FAILED: the disk is full, a file is damaged.
 */
export interface OrderedStore {
  get(key: Uint8Array): Uint8Array | undefined
  /** Changes that are gathered and take effect together, in their order. */
  batch(): StoreBatch
  /** What there is now from `from` on and before `to`, whatever happens afterwards. To be closed. */
  cursor(range: StoreRange): StoreCursor
  /** Removes all from `from` on and before `to`. */
  clear(range: StoreRange): void
}

export interface StoreRange {
  readonly from: Uint8Array
  /** Not included. */
  readonly to: Uint8Array
}

export interface StoreBatch {
  put(key: Uint8Array, value: Uint8Array): void
  delete(key: Uint8Array): void
  /** Changes gathered. */
  readonly count: number
  /** Has them take effect; the batch is empty again. */
  write(): void
}

export interface StoreCursor {
  /** At most so many pairs, keys and values in turn; nothing: that was all. */
  next(countMax: number): readonly Uint8Array[]
  close(): void
}
