/**
 * A copy of a plain object or an array, one level deep; anything else is itself. A stateful function may go on changing what it
 * has collected, as it may in Flink, where a chain copies records; here the batch would show its last value in every row.
 */
export function shallowCopy<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.slice() as T
  return Object.getPrototypeOf(value) === Object.prototype ? {...value} : value
}
