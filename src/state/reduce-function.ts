/** Combines two values of one type into one: a plain function, or an object with a `reduce` method as in Flink. */
export type ReduceFunction<T> = ((a: T, b: T) => T) | {reduce(a: T, b: T): T}
