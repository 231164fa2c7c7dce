/** What a value state gives where nothing is stored. */
export function defaultValue<T>(given: T | (() => T) | undefined): T | undefined {
  return typeof given === 'function' ? (given as () => T)() : given
}
