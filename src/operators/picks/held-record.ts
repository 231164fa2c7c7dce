/** A record that is kept, with its event time. */
export interface HeldRecord<T = unknown> {
  readonly value: T
  readonly timestampMs: number
}
