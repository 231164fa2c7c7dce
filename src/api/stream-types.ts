/**
 * Any record. The tuple in it makes TypeScript infer tuples: `map(word => [word, 1])` gives `[string, number]`, not
 * `(string | number)[]`.
 */
// biome-ignore lint/complexity/noBannedTypes: with null and undefined it is anything, which `unknown` would say without the tuple
export type Rec = {} | null | undefined | [unknown]

/** A record that is there: without null and undefined TypeScript infers `number` of `1, 2`, and not `1 | 2`. */
// biome-ignore lint/complexity/noBannedTypes: anything but null and undefined
export type Value = {} | [unknown]

/** Names of an object's fields, positions of a tuple's. */
export type FieldOf<T> = T extends readonly unknown[] ? PositionOf<T> : keyof T & string

/** The same, of fields with numbers. */
export type NumericFieldOf<T> = T extends readonly unknown[]
  ? NumericPositionOf<T>
  : {[F in keyof T]-?: T[F] extends number | bigint | null | undefined ? F : never}[keyof T] & string

/** The type of a field by its name or position. */
export type FieldType<T, F> = T[F & keyof T]

type PositionOf<T extends readonly unknown[]> = number extends T['length']
  ? number
  : IndexOf<Exclude<keyof T, keyof []>>

type NumericPositionOf<T extends readonly unknown[]> = number extends T['length']
  ? number
  : {
      [I in keyof T]: T[I] extends number | bigint | null | undefined ? IndexOf<I> : never
    }[number]

type IndexOf<I> = I extends `${infer N extends number}` ? N : never
