/** Which of the parallel writers of a sink this is. */
export interface SinkWriterContext {
  readonly subtaskIndex: number
  readonly parallelism: number
  /** What writers of an earlier attempt said in `snapshotState`, at the checkpoint this one goes on from; empty at the beginning. */
  readonly restoredStates: readonly unknown[]
}

/** What a writer may know of a record. */
export interface SinkRecordContext {
  /** Event time of the record in ms since the epoch; undefined where it has none. */
  readonly timestampMs: number | undefined
}

/**
 * Takes the records of one subtask.
 *
 *   write* ─▶ flush ─▶ prepareCommit ─▶ snapshotState ─▶ …          at each checkpoint, and (without snapshotState) at the end
 *                                              └ checkpoint complete ─▶ Committer.commit
 *
 * What answers a promise is waited for before the next record (or batch) is given; `maxInFlight` of the sink allows more at once.
 */
export interface SinkWriter<T, C = unknown> {
  write(value: T, context: SinkRecordContext): unknown
  /** In place of `write`: all records that have come together, about a thousand at most. */
  writeBatch?(values: readonly T[]): unknown
  /** What was gathered is to go out: before a checkpoint, and when the input has ended. */
  flush?(endOfInput: boolean): unknown
  /**
   * The first phase of two: what was written so far is complete, but nobody sees it yet. Answers what the committer needs to make it seen
   * (names of files, ids of transactions): plain data, which is kept in the checkpoint.
   */
  prepareCommit?(): Iterable<C> | Promise<Iterable<C>>
  /** What a writer that goes on from this checkpoint has to know: plain data. */
  snapshotState?(checkpointId: number): Iterable<unknown>
  /** Also after a failure. */
  close?(): unknown
}

/** The second phase of two. */
export interface Committer<C> {
  /**
   * Makes what was prepared seen; called when the checkpoint is complete, or, without checkpoints, when the input has ended. After a failure
   * it may be called again for what it had committed already: that must do nothing.
   */
  commit(committables: readonly C[]): unknown
  close?(): unknown
}

/**
 * A sink of a program's own, for `stream.sinkTo`: makes a writer for each subtask, and a committer where it commits in two phases. Or just a
 * function, which is called with each record.
 *
 *   stream.sinkTo({createWriter: ({subtaskIndex}) => new TableWriter(subtaskIndex)})
 *   stream.sinkTo(async (order) => { await post(order) })
 */
export type Sink<T, C = unknown> = SinkObject<T, C> | ((value: T, context: SinkRecordContext) => unknown)

export interface SinkObject<T, C = unknown> {
  createWriter(context: SinkWriterContext): SinkWriter<T, C> | Promise<SinkWriter<T, C>>
  /** For writers that have `prepareCommit`. */
  createCommitter?(): Committer<C> | Promise<Committer<C>>
  /** Writes under way at once, where they answer promises. Default: 1, which keeps the order. */
  readonly maxInFlight?: number
}
