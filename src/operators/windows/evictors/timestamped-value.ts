/** An element of a window with its timestamp, undefined for none. */
export interface TimestampedValue<T> {
  readonly value: T
  readonly timestampMs: number | undefined
}
