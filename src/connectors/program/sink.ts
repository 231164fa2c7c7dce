/** Which of the parallel writers of a sink this is. */
export interface SinkWriterContext {
  readonly subtaskIndex: number
  readonly parallelism: number
}

/** What a writer may know of a record. */
export interface SinkRecordContext {
  /** Event time of the record in ms since the epoch; undefined where it has none. */
  readonly timestampMs: number | undefined
}

/**
 * Takes the records of one subtask.
 *
 * What answers a promise is waited for before the next record (or batch) is given; `maxInFlight` of the sink allows more at once.
 */
export interface SinkWriter<T> {
  write(value: T, context: SinkRecordContext): unknown
  /** In place of `write`: all records that have come together, about a thousand at most. */
  writeBatch?(values: readonly T[]): unknown
  /** The input has ended: what was gathered is to go out. */
  flush?(): unknown
  /** Also after a failure. */
  close?(): unknown
}

/**
 * A sink of a program's own, for `stream.sinkTo`: makes a writer for each subtask. Or just a function, which is called with each record.
 *
 *   stream.sinkTo({createWriter: ({subtaskIndex}) => new TableWriter(subtaskIndex)})
 *   stream.sinkTo(async (order) => { await post(order) })
 */
export type Sink<T> = SinkObject<T> | ((value: T, context: SinkRecordContext) => unknown)

export interface SinkObject<T> {
  createWriter(context: SinkWriterContext): SinkWriter<T> | Promise<SinkWriter<T>>
  /** Writes under way at once, where they answer promises. Default: 1, which keeps the order. */
  readonly maxInFlight?: number
}
