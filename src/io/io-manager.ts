/**
 * Files of a task: spilled runs, written and read asynchronously with a bounded amount in flight, in the TaskManager's own
 * temporary directories; all of a task's files are deleted when it ends, whatever the reason.
 *
 * Operators are synchronous, so nothing here is awaited on the record path: a writer or reader that must wait answers so,
 * and calls `wake` once it can go on.
 */
export interface IOManager {
  /** Opens a new spill file. `owner` is the task's name, for error messages and for deletion. */
  createSpillFile(owner: string): SpillFile
  /** Reads a file that is finished, or a part of one that is flushed up to the part's end, in blocks, one block ahead. */
  openReader(file: SpillFile, options: SpillReaderOptions): SpillReader
  /** Deletes the owner's files. */
  releaseAll(owner: string): void
  close(): Promise<void>
}

export interface SpillReaderOptions {
  /** About so large. */
  readonly blockSizeBytes: number
  readonly wake: () => void
  /** Of the file; default: all of it. */
  readonly part?: {readonly fromBytes: number; readonly endBytes: number}
}

export interface SpillFile {
  readonly path: string
  /** Bytes accepted so far. */
  readonly sizeBytes: number
  /** Copies the bytes and writes them behind. Errors: `restartable` `FTS_SPILL_FAILED`, on this or the next call. */
  write(bytes: Uint8Array): void
  /** False while too much is in flight; `wake` is called when there is room again. */
  hasRoom(wake: () => void): boolean
  /** Has what was accepted so far written, and more may follow; `wake` is called once it is. True: it already is. */
  flush(wake: () => void): boolean
  /** No more writes; readable once all is written, and `wake` is called then. True: it already is. */
  finish(wake: () => void): boolean
  delete(): void
}

export interface SpillReader {
  /** The next block, `'pending'` (wait for `wake`) or `'end'`. A block is valid until the next call. */
  next(): Uint8Array | 'pending' | 'end'
  close(): void
}
