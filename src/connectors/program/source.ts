/** What a source's reader knows of its place. */
export interface SourceReaderContext {
  readonly subtaskIndex: number
  readonly parallelism: number
  /** Records that make one batch: a reader that gives more in one poll only makes others wait. */
  readonly batchRows: number
  /** Milliseconds since the epoch. */
  nowMs(): number
  /** Has the reader asked again: what it waited for is there. */
  wake(): void
  /** Has the reader asked again after so many milliseconds. */
  wakeAfter(delayMs: number): void
  /** Ends the job with an error that happened outside of a call. */
  fail(error: unknown): void
}

/** Takes the records of a source, each with its event time (ms since the epoch) if it has one. */
export interface SourceOutput<T> {
  collect(value: T, timestampMs?: number): void
}

/**
 * Reads one split without ever waiting: `poll` collects a few records (some hundred at most) and says what is next.
 *
 *   'more'   there is more now     'wait'   call after `wake` or `wakeAfter`     'end'   the split is read
 */
export interface SourceReader<T> {
  poll(output: SourceOutput<T>): 'more' | 'wait' | 'end'
  /**
   * Where the reader is: plain data, from which `read` can go on behind all records collected so far. Asked between polls, for a checkpoint.
   * Without it a split is read again from its beginning after a failure, and as many records as had been collected are left out.
   */
  snapshotState?(): unknown
  close?(): void
}

/**
 * A source of a program's own, for `env.fromSource`.
 *
 * `splits` is called once, where the program was started; each split is given to one subtask, as plain data. `read` is called in
 * that subtask and answers an iterable (a generator), an async iterable, or a reader. After a failure it is called with the position that a
 * reader's `snapshotState` gave; iterables must give the same records in the same order again.
 *
 *   class Numbers implements Source<number, [number, number]> {
 *     splits() { return [[0, 99], [100, 199]] }
 *     *read([from, to]) { for (let n = from; n <= to; n++) yield n }
 *   }
 */
export interface Source<T, S = unknown> {
  /** Whether the input ends by itself. Default: true. */
  readonly bounded?: boolean
  splits(context: {readonly parallelism: number}): Iterable<S> | Promise<Iterable<S>>
  read(split: S, context: SourceReaderContext, position?: unknown): Iterable<T> | AsyncIterable<T> | SourceReader<T>
}
