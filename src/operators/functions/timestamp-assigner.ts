/**
 * The event time of a record, in ms since the epoch. `recordTimestampMs` is the one it already has (of the source), else
 * MIN_TIMESTAMP_MS. Errors: `user` FTS_BAD_TIMESTAMP, from the operator, for what is no finite number.
 */
export type TimestampAssigner<T> = ((event: T, recordTimestampMs: number) => number) | TimestampAssignerObject<T>

/** What a class implements. */
export interface TimestampAssignerObject<T> {
  extractTimestamp(event: T, recordTimestampMs: number): number
}
