/** A class whose instances are values of records or state. */
// biome-ignore lint/suspicious/noExplicitAny: a class of whatever is constructed
export type TypeClass<T> = abstract new (...args: any[]) => T

/**
 * How instances of a class travel between tasks and into checkpoints: as plain data (strings, numbers, dates, maps, plain objects, arrays,
 * bytes, instances of other registered classes), from which they are made again.
 *
 *   env.registerTypeWithSerializer(Money, {serialize: (m) => m.cents, deserialize: (cents: number) => Money.ofCents(cents)})
 */
export interface TypeSerializer<T, D = unknown> {
  serialize(value: T): D
  /** `version` is that of the serializer which wrote the data. */
  deserialize(data: D, version: number): T
  /** Raise it when `serialize` begins to answer something else. Default: 1. */
  readonly version?: number
  /** Older versions whose data `deserialize` still understands. Others are refused when a checkpoint or savepoint is restored. */
  readonly readsVersions?: readonly number[]
  /** What the class is called in the data; the class may be renamed then. Default: the name of the class. */
  readonly name?: string
}
