/** The key of a record: a pure function of it. */
export type KeySelectorFunction<T, K> = ((value: T) => K) | KeySelectorObject<T, K>

/** What a class implements. */
export interface KeySelectorObject<T, K> {
  getKey(value: T): K
}

/** A field of a record: its name, or the position in a tuple (array). */
export type FieldReference = string | number

/** How `keyBy` may be told the key: a function, a field, or several fields, which make a compound key. */
export type KeySelector<T, K = unknown> = KeySelectorFunction<T, K> | FieldReference | readonly FieldReference[]
