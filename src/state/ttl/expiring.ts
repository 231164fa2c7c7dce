/** A value and when it was last touched. Never changed in place: a touch makes a new one. */
export interface Expiring<T> {
  readonly value: T
  readonly lastAccessMs: number
}
