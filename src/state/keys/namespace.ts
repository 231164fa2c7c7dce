/**
 * What state and timers belong to beside the key: a window, or nothing in particular.
 *
 * Equality is by content. A namespace that has numeric `start` and `end` is a time window, and these two are its identity; other
 * objects are compared field by field.
 */
export type Namespace = TimeSpan | string | number | bigint | boolean | object

/** Any window of time. */
export interface TimeSpan {
  readonly start: number
  readonly end: number
}

/** The namespace of state that belongs to the key alone. */
export const VOID_NAMESPACE: VoidNamespace = Object.freeze({namespace: 'void'})
export interface VoidNamespace {
  readonly namespace: 'void'
}
